create schema if not exists exchange;
comment on schema exchange is 'What partners are sent and what they send: subscriptions, deliveries, batches';

create table exchange.subscription (
  id text primary key,
  owner_kind text not null,
  owner_id text not null,
  owner text not null,
  participant text,
  permits text[] not null,
  purpose text,
  agreement text,
  url text not null,
  description text not null default '',
  types text[] not null default '{}',
  within text,
  kinds text[] not null default '{}',
  fields text[],
  batch smallint not null default 1,
  state text not null default 'active',
  reason text,
  position bigint not null,
  generation integer not null default 1,
  attempts integer not null default 0,
  failing_since timestamptz,
  next_at timestamptz,
  pending_to bigint,
  delivered bigint not null default 0,
  refused bigint not null default 0,
  last_at timestamptz,
  last_status smallint,
  last_error text,
  last_ms integer,
  created_at timestamptz not null,
  made_by text not null,
  succeeded_at timestamptz,
  failed_at timestamptz,
  failed_status smallint,
  failed_error text
);
create index subscription_owner on exchange.subscription (owner_kind, owner_id, id);
comment on table exchange.subscription is 'Webhooks: who is told of which changes, and how far that is; the ledger is the queue';
comment on column exchange.subscription.id is 'SUB-…';
comment on column exchange.subscription.owner_kind is 'token or application';
comment on column exchange.subscription.owner_id is 'Its identifier; its view at the moment of delivery decides what is sent';
comment on column exchange.subscription.owner is 'Name of the owner as it stands in versions';
comment on column exchange.subscription.participant is 'Participant to which the owner belongs';
comment on column exchange.subscription.permits is 'What the owner was allowed when it subscribed; no more is used later';
comment on column exchange.subscription.purpose is 'What personal data is asked for';
comment on column exchange.subscription.agreement is 'Agreement under which it reads; null for the only one, or none';
comment on column exchange.subscription.url is 'Where events are posted';
comment on column exchange.subscription.description is 'In the words of the owner';
comment on column exchange.subscription.types is 'Only these types, by plural; empty for all';
comment on column exchange.subscription.within is 'Only in this area, as level/code';
comment on column exchange.subscription.kinds is 'Only these kinds of change; empty for all';
comment on column exchange.subscription.fields is 'Only these fields of the data; null for all';
comment on column exchange.subscription.batch is 'Events in one call at most';
comment on column exchange.subscription.state is 'active, paused or dead';
comment on column exchange.subscription.reason is 'Why it is not active';
comment on column exchange.subscription.position is 'Position in the ledger up to which all is dealt with';
comment on column exchange.subscription.generation is 'Rises with every change by its owner; what a courier of before says is not heard';
comment on column exchange.subscription.attempts is 'Failed attempts since the last success';
comment on column exchange.subscription.failing_since is 'When the first of these was';
comment on column exchange.subscription.next_at is 'Not before this instant is it tried again';
comment on column exchange.subscription.pending_to is 'Last position of the call that failed, so that it is repeated as it was';
comment on column exchange.subscription.delivered is 'Events delivered';
comment on column exchange.subscription.refused is 'Events that went to the dead letters';
comment on column exchange.subscription.last_at is 'When it was last called';
comment on column exchange.subscription.last_status is 'Status of the answer; null where there was none';
comment on column exchange.subscription.last_error is 'What went wrong';
comment on column exchange.subscription.last_ms is 'Milliseconds until the answer';
comment on column exchange.subscription.created_at is 'When it was made';
comment on column exchange.subscription.made_by is 'Who made it: its owner, or an officer for it';
comment on column exchange.subscription.succeeded_at is 'When a call was last answered with success';
comment on column exchange.subscription.failed_at is 'When a call last failed or was refused';
comment on column exchange.subscription.failed_status is 'Status of the answer to it; null where there was none';
comment on column exchange.subscription.failed_error is 'What went wrong with it';

create table exchange.webhook_secret (
  subscription text not null references exchange.subscription (id) on delete cascade,
  number integer not null,
  sealed bytea not null,
  created_at timestamptz not null,
  retires_at timestamptz,
  primary key (subscription, number)
);
comment on table exchange.webhook_secret is 'Secrets by which deliveries are signed; several while one takes over from another';
comment on column exchange.webhook_secret.subscription is 'Of which subscription';
comment on column exchange.webhook_secret.number is 'Counts them from 1';
comment on column exchange.webhook_secret.sealed is 'The secret, sealed with a key derived from the node''s own';
comment on column exchange.webhook_secret.created_at is 'When it was made';
comment on column exchange.webhook_secret.retires_at is 'Not used from this instant on; null for the newest';

create table exchange.delivery (
  subscription text not null references exchange.subscription (id) on delete cascade,
  number bigint generated always as identity,
  at timestamptz not null,
  first bigint not null,
  last bigint not null,
  events integer not null,
  attempt integer not null,
  status smallint,
  ms integer not null,
  error text,
  primary key (subscription, number)
);
comment on table exchange.delivery is 'The last calls of each subscription';
comment on column exchange.delivery.subscription is 'Of which subscription';
comment on column exchange.delivery.number is 'Orders them';
comment on column exchange.delivery.at is 'When';
comment on column exchange.delivery.first is 'Position of its first event';
comment on column exchange.delivery.last is 'Position of its last event';
comment on column exchange.delivery.events is 'How many there were';
comment on column exchange.delivery.attempt is 'Counts the attempts at this call from 1';
comment on column exchange.delivery.status is 'Status of the answer; null where there was none';
comment on column exchange.delivery.ms is 'Milliseconds until the answer';
comment on column exchange.delivery.error is 'What went wrong';

create table exchange.dead_letter (
  subscription text not null references exchange.subscription (id) on delete cascade,
  position bigint not null,
  at timestamptz not null,
  status smallint not null,
  error text,
  again boolean not null default false,
  primary key (subscription, position)
);
comment on table exchange.dead_letter is 'Single events that a subscriber refused as such; the event itself stands in the ledger';
comment on column exchange.dead_letter.subscription is 'Of which subscription';
comment on column exchange.dead_letter.position is 'Position of the event';
comment on column exchange.dead_letter.at is 'When it was refused';
comment on column exchange.dead_letter.status is 'Status of the answer';
comment on column exchange.dead_letter.error is 'What it said';
comment on column exchange.dead_letter.again is 'True once somebody asked to send it again';

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
comment on column exchange.batch.body is 'What was sent, sealed, as long as it is being worked on';
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
