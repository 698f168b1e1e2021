create table exchange.batch (
  id text primary key,
  owner text not null,
  name text not null,
  digest bytea not null,
  actor text not null,
  key_id text,
  state text not null,
  items integer not null,
  accepted integer not null default 0,
  duplicates integer not null default 0,
  refused integer not null default 0,
  body bytea,
  received_at timestamptz not null,
  finished_at timestamptz,
  unique (owner, name)
);
create index batch_received on exchange.batch (owner, received_at desc, id desc);
comment on table exchange.batch is 'Batches that partners sent, each once by its name';
comment on column exchange.batch.id is 'BAT-…';
comment on column exchange.batch.owner is 'Who names it: participant, application or token';
comment on column exchange.batch.name is 'The name that its sender gave it';
comment on column exchange.batch.digest is 'SHA-256 of what was sent; the same name with other content is refused';
comment on column exchange.batch.actor is 'Name of the sender as it stands in versions';
comment on column exchange.batch.key_id is 'Key by which it was signed; null where it was not';
comment on column exchange.batch.state is 'working or done';
comment on column exchange.batch.items is 'How many items it holds';
comment on column exchange.batch.accepted is 'Items that became a version';
comment on column exchange.batch.duplicates is 'Items that changed nothing';
comment on column exchange.batch.refused is 'Items that were refused';
comment on column exchange.batch.body is 'What was sent, as long as it is being worked on';
comment on column exchange.batch.received_at is 'When it had come in whole';
comment on column exchange.batch.finished_at is 'When its last item was dealt with';

create table exchange.batch_part (
  batch text not null references exchange.batch (id) on delete cascade,
  first integer not null,
  receipts jsonb not null,
  primary key (batch, first)
);
comment on table exchange.batch_part is 'Receipts, one for each item, written with what they tell of';
comment on column exchange.batch_part.batch is 'Of which batch';
comment on column exchange.batch_part.first is 'Number of the first item here, from 0';
comment on column exchange.batch_part.receipts is 'The receipts in order';

create table exchange.nonce (
  key_id text not null,
  nonce text not null,
  until timestamptz not null,
  primary key (key_id, nonce)
);
create index nonce_until on exchange.nonce (until);
comment on table exchange.nonce is 'Nonces of signed calls, so that none is taken twice';
comment on column exchange.nonce.key_id is 'Owner and key that made the signature';
comment on column exchange.nonce.nonce is 'The nonce';
comment on column exchange.nonce.until is 'Kept until a signature with it is refused as too old anyway';
