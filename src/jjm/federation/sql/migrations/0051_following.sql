create table federation.peer (
  name text primary key,
  size bigint not null default 0,
  edge jsonb not null,
  head_size bigint not null default 0,
  checkpoint text,
  epoch text,
  taken bigint not null default 0,
  tried_at timestamptz,
  reached_at timestamptz,
  fault text,
  forked_at timestamptz
);
comment on table federation.peer is 'Nodes of which copies are kept, and how far each is followed';
comment on column federation.peer.name is 'Name of the node';
comment on column federation.peer.size is 'How many entries of its ledger were taken up';
comment on column federation.peer.edge is 'Right-hand edge of its Merkle tree there';
comment on column federation.peer.head_size is 'How many entries its newest checkpoint seen speaks of';
comment on column federation.peer.checkpoint is 'That checkpoint, as the node signed it';
comment on column federation.peer.epoch is 'History in which those positions were given';
comment on column federation.peer.taken is 'How many versions were taken as copies';
comment on column federation.peer.tried_at is 'When it was last asked, or pushed';
comment on column federation.peer.reached_at is 'When that last went well';
comment on column federation.peer.fault is 'Why the last try failed; null where it did not';
comment on column federation.peer.forked_at is 'Since when nothing is taken from it, because its ledger was found rewritten; null where it was not';

create table federation.fork (
  id bigint generated always as identity primary key,
  node text not null,
  found_at timestamptz not null,
  why text not null,
  before text not null,
  after text not null,
  cleared_at timestamptz,
  cleared_by text,
  reason text
);
comment on table federation.fork is 'Evidence of rewritten ledgers: two checkpoints of one node that do not continue each other';
comment on column federation.fork.id is 'Number of the finding';
comment on column federation.fork.node is 'Node whose ledger it is';
comment on column federation.fork.found_at is 'When it was found';
comment on column federation.fork.why is 'What does not fit';
comment on column federation.fork.before is 'The checkpoint seen before, as the node signed it';
comment on column federation.fork.after is 'The checkpoint shown now, as the node signed it';
comment on column federation.fork.cleared_at is 'When a person decided to go on; null while nothing is taken from the node';
comment on column federation.fork.cleared_by is 'Who decided it';
comment on column federation.fork.reason is 'Why';

create table federation.held (
  node text not null,
  type text not null,
  id text not null,
  version integer not null,
  held_at timestamptz not null,
  why text not null,
  content jsonb not null,
  primary key (node, type, id, version)
);
comment on table federation.held is 'Copies that could not be taken, whole, to be tried again';
comment on column federation.held.node is 'Node that made the version';
comment on column federation.held.type is 'Registry type';
comment on column federation.held.id is 'Record';
comment on column federation.held.version is 'Version';
comment on column federation.held.held_at is 'When it was first held back';
comment on column federation.held.why is 'Why it could not be taken';
comment on column federation.held.content is 'The version as it came';
