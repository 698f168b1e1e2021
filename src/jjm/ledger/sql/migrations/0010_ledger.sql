create schema ledger;
comment on schema ledger is 'Ordered, signed, provable log of the changes of all records.';

create table ledger.batch (
  id bigint generated always as identity primary key,
  first bigint unique check (first >= 0),
  count integer not null check (count between 1 and 65536),
  type text not null,
  at timestamptz not null,
  actor text not null,
  node text not null,
  subjects text[] not null,
  versions integer[] not null,
  changes text[] not null,
  digests bytea not null check (octet_length(digests) = 32 * count),
  leaves bytea not null check (octet_length(leaves) = 32 * count)
);
-- Digests do not compress, and record ids so little that compressing them took longer (0.7 us a change) than all else.
alter table ledger.batch alter subjects set storage external;
alter table ledger.batch alter digests set storage external;
alter table ledger.batch alter leaves set storage external;
-- No query filters by what is inside the columns, so ANALYZE need not read them.
alter table ledger.batch alter subjects set statistics 0;
alter table ledger.batch alter versions set statistics 0;
alter table ledger.batch alter changes set statistics 0;
create index batch_waiting on ledger.batch (id) where first is null;

comment on table ledger.batch is 'Changes of one type written in one transaction, side by side; slot i is item i of each column, counted from 0.';
comment on column ledger.batch.id is 'Number of the batch; a record carries id * 65536 + slot as its entry.';
comment on column ledger.batch.first is 'Position of slot 0 in the ledger; null until the sequencer has numbered the batch.';
comment on column ledger.batch.count is 'How many changes the batch holds.';
comment on column ledger.batch.type is 'Registry type of all its records.';
comment on column ledger.batch.at is 'When the changes were recorded.';
comment on column ledger.batch.actor is 'Who made them, as an identifier that is no personal data.';
comment on column ledger.batch.node is 'Node that recorded them.';
comment on column ledger.batch.subjects is 'Record id of each slot.';
comment on column ledger.batch.versions is 'Version each change made; one item where it is the same for all slots.';
comment on column ledger.batch.changes is 'Kind of each change (create, change, correct, retire...); one item where it is the same for all slots.';
comment on column ledger.batch.digests is 'SHA-256 of what each version says, 32 bytes a slot.';
comment on column ledger.batch.leaves is 'RFC 6962 leaf hash of each slot, 32 bytes a slot.';

create table ledger.tile (
  level smallint not null check (level between 0 and 7),
  index bigint not null check (index >= 0),
  width smallint not null check (width between 1 and 256),
  hashes bytea not null check (octet_length(hashes) = 32 * width),
  primary key (level, index)
);
alter table ledger.tile alter hashes set storage external;

comment on table ledger.tile is 'The Merkle tree in pieces of up to 256 hashes (C2SP tlog-tiles); the right-most piece of a level grows in place.';
comment on column ledger.tile.level is '0 holds leaf hashes; each level above the roots of full tiles of the level below.';
comment on column ledger.tile.index is 'Place of the tile in its level, from 0.';
comment on column ledger.tile.width is 'Hashes held so far, 256 when full.';
comment on column ledger.tile.hashes is 'The hashes, 32 bytes each.';

create table ledger.head (
  singleton boolean primary key default true check (singleton),
  size bigint not null check (size >= 0),
  root bytea not null check (octet_length(root) = 32),
  note text not null,
  at timestamptz not null
);

comment on table ledger.head is 'The newest checkpoint: one row.';
comment on column ledger.head.singleton is 'Always true; keeps the table at one row.';
comment on column ledger.head.size is 'How many changes have a position.';
comment on column ledger.head.root is 'Merkle root over them.';
comment on column ledger.head.note is 'The checkpoint as signed and published (C2SP tlog-checkpoint).';
comment on column ledger.head.at is 'When it was signed.';

create table ledger.checkpoint (
  period timestamptz primary key,
  size bigint not null check (size >= 0),
  root bytea not null check (octet_length(root) = 32),
  note text not null,
  at timestamptz not null
);

comment on table ledger.checkpoint is 'Checkpoints kept for comparison with copies others hold: the last of each hour in India.';
comment on column ledger.checkpoint.period is 'Start of the hour, Indian time, in which it was signed.';
comment on column ledger.checkpoint.size is 'How many changes had a position.';
comment on column ledger.checkpoint.root is 'Merkle root over them.';
comment on column ledger.checkpoint.note is 'The checkpoint as signed and published (C2SP tlog-checkpoint).';
comment on column ledger.checkpoint.at is 'When it was signed.';
