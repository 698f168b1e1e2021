create schema if not exists kit;
create table kit.idempotency (
  actor text not null,
  key text not null,
  request_digest bytea not null,
  at timestamptz not null,
  status smallint,
  headers jsonb,
  body bytea,
  primary key (actor, key)
);
create index idempotency_at on kit.idempotency (at);
comment on table kit.idempotency is 'Answers to calls that carried an Idempotency-Key, kept for a day so that a repeated call is answered alike';
comment on column kit.idempotency.actor is 'Who called';
comment on column kit.idempotency.key is 'The key the caller chose';
comment on column kit.idempotency.request_digest is 'SHA-256 of the call, to refuse the key for another one';
comment on column kit.idempotency.at is 'When it was first used';
comment on column kit.idempotency.status is 'HTTP status of the answer';
comment on column kit.idempotency.headers is 'Headers of the answer';
comment on column kit.idempotency.body is 'The answer';

create table kit.setting (
  name text primary key,
  value jsonb not null
);
comment on table kit.setting is 'What a node remembers about itself';
comment on column kit.setting.name is 'Name of the setting';
comment on column kit.setting.value is 'Its value';

create table kit.job (
  id text primary key,
  kind text not null,
  actor text not null,
  scopes text[] not null,
  request jsonb not null,
  state text not null,
  progress jsonb not null default '{}',
  result jsonb,
  problem jsonb,
  cancel boolean not null default false,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz
);
create index job_open on kit.job (created_at) where state in ('waiting', 'running');
comment on table kit.job is 'Long work: what was asked, how far it is, what came of it';
comment on column kit.job.id is 'Identifier of the job';
comment on column kit.job.kind is 'What is done, such as import or export';
comment on column kit.job.actor is 'Who asked for it';
comment on column kit.job.scopes is 'What that actor was allowed at the time';
comment on column kit.job.request is 'What was asked';
comment on column kit.job.state is 'waiting, running, done, failed or cancelled';
comment on column kit.job.progress is 'How far it is; enough to go on from after a crash';
comment on column kit.job.result is 'What came of it';
comment on column kit.job.problem is 'Why it failed';
comment on column kit.job.cancel is 'True once somebody asked to stop it';
comment on column kit.job.created_at is 'When it was asked for';
comment on column kit.job.started_at is 'When work on it last began';
comment on column kit.job.finished_at is 'When it ended';
