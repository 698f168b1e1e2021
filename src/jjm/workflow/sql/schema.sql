create schema if not exists workflow;
comment on schema workflow is 'Cases: who answers for them, their clocks, what was done, and what is to be done next';

create table workflow.definition (
  name text not null,
  version text not null,
  digest bytea not null,
  body jsonb not null,
  first_seen timestamptz not null,
  primary key (name, version)
);
comment on table workflow.definition is 'Workflows as they were declared; a case stays on the version it began with';
comment on column workflow.definition.name is 'Name of the file';
comment on column workflow.definition.version is 'Version that the file bore';
comment on column workflow.definition.digest is 'SHA-256 of the canonical JSON of the body';
comment on column workflow.definition.body is 'What the file said';
comment on column workflow.definition.first_seen is 'When this node first started with it';

create table workflow.item (
  id text collate "C" primary key,
  type text not null,
  workflow text not null,
  version text not null,
  state text not null,
  steps integer not null,
  areas text[] collate "C" not null,
  begun_at timestamptz not null,
  begun_by text not null,
  role text not null,
  place text not null,
  person text,
  level smallint not null default 0,
  since timestamptz not null,
  paused text,
  due_at timestamptz,
  state_due_at timestamptz,
  near_at timestamptz,
  ended_at timestamptz,
  turn timestamptz not null generated always as (coalesce(due_at, timestamptz '9999-12-31 00:00:00+00')) stored,
  foreign key (workflow, version) references workflow.definition (name, version)
);
create index item_desk on workflow.item (role, place, turn, id)
  include (person, workflow, state, due_at, state_due_at, near_at) where ended_at is null;
create index item_person on workflow.item (person, turn, id)
  include (workflow, state, due_at, state_due_at, near_at) where ended_at is null;
create index item_workflow on workflow.item (workflow, version, id) where ended_at is null;
comment on table workflow.item is 'Cases, one for each record that a workflow moves; state and fields stand in the record as well';
comment on column workflow.item.id is 'The record that the case is about, which is the name of the case';
comment on column workflow.item.type is 'Registry type of the record';
comment on column workflow.item.workflow is 'Workflow by which it moves';
comment on column workflow.item.version is 'Version of the workflow that it began with or was moved to';
comment on column workflow.item.state is 'State in which it is';
comment on column workflow.item.steps is 'How many steps were taken';
comment on column workflow.item.areas is 'Areas in which the record lies';
comment on column workflow.item.begun_at is 'When it began';
comment on column workflow.item.begun_by is 'Who began it, as the actor stands in versions';
comment on column workflow.item.role is 'Role that answers for it now';
comment on column workflow.item.place is 'Place for which that role is held; role and place are the desk of the case';
comment on column workflow.item.person is 'Person to whom it was given; null for whoever holds the role';
comment on column workflow.item.level is 'How often it was escalated';
comment on column workflow.item.since is 'Since when it is in this state';
comment on column workflow.item.paused is 'Why the clock stands; null while it runs';
comment on column workflow.item.due_at is 'When the promise of the whole case ends; null without one, or while the clock stands';
comment on column workflow.item.state_due_at is 'When the promise of this state ends';
comment on column workflow.item.near_at is 'When four fifths of the promise of the whole case will be used; null without one, or while the clock stands';
comment on column workflow.item.ended_at is 'When it came to a state in which nothing is owed; null while it is open';
comment on column workflow.item.turn is 'By what it stands in inboxes: when it is due, what has no promise last';

create table workflow.step (
  item text collate "C" not null references workflow.item (id),
  number integer not null,
  at timestamptz not null,
  actor text not null,
  action text not null,
  from_state text,
  to_state text not null,
  version integer,
  comment text,
  role text not null,
  place text not null,
  person text,
  paused text,
  salt bytea,
  document text not null,
  entry bigint not null,
  erased_in integer,
  primary key (item, number)
);
comment on table workflow.step is 'What was done in each case, in order; entered in the ledger by the digest of the document';
comment on column workflow.step.item is 'The case';
comment on column workflow.step.number is 'Its place in the case, from 1';
comment on column workflow.step.at is 'When it was done';
comment on column workflow.step.actor is 'Who did it';
comment on column workflow.step.action is 'Action that was taken';
comment on column workflow.step.from_state is 'State before; null for the first step';
comment on column workflow.step.to_state is 'State after';
comment on column workflow.step.version is 'Version of the record that it made; null where the record did not change';
comment on column workflow.step.comment is 'What was said; not in the ledger but by its salted digest';
comment on column workflow.step.role is 'Role that answers from then on';
comment on column workflow.step.place is 'Place of that role';
comment on column workflow.step.person is 'Person to whom it was given';
comment on column workflow.step.paused is 'Why the clock stands from then on';
comment on column workflow.step.salt is 'What the digest of the comment begins with, so that it cannot be guessed';
comment on column workflow.step.document is 'Canonical JSON of the step, whose digest is in the ledger';
comment on column workflow.step.entry is 'Its entry in the ledger';
comment on column workflow.step.erased_in is 'Step by which what was said here was erased; its digest stays in the document';

create table workflow.timer (
  item text collate "C" not null references workflow.item (id),
  kind text not null,
  name text not null,
  due_at timestamptz not null,
  primary key (item, kind, name)
);
create index timer_due on workflow.timer (due_at);
comment on table workflow.timer is 'What the node does by itself, and when';
comment on column workflow.timer.item is 'The case';
comment on column workflow.timer.kind is 'action, rung, near or late';
comment on column workflow.timer.name is 'The action or level';
comment on column workflow.timer.due_at is 'When it is to be done';

create table workflow.link (
  item text collate "C" not null references workflow.item (id),
  kind text not null,
  other text collate "C" not null references workflow.item (id),
  at timestamptz not null,
  by text not null,
  primary key (item, kind, other)
);
create index link_other on workflow.link (other);
comment on table workflow.link is 'Cases that belong together';
comment on column workflow.link.item is 'The case that has the link';
comment on column workflow.link.kind is 'What the link means, such as confirms';
comment on column workflow.link.other is 'The other case';
comment on column workflow.link.at is 'When it was made';
comment on column workflow.link.by is 'Who made it';

create table workflow.reader (
  name text primary key,
  position bigint not null
);
comment on table workflow.reader is 'How far the ledger was read for cases that begin by themselves';
comment on column workflow.reader.name is 'Who reads';
comment on column workflow.reader.position is 'Last position that was dealt with';

create table workflow.begun (
  workflow text not null,
  start text not null,
  source text collate "C" not null,
  step integer not null,
  at timestamptz not null,
  item text collate "C" references workflow.item (id),
  refused text,
  primary key (workflow, start, source, step)
);
create index begun_refused on workflow.begun (workflow, at) where refused is not null;
comment on table workflow.begun is 'What began cases by itself, each thing once, and what could not';
comment on column workflow.begun.workflow is 'Workflow of the new case';
comment on column workflow.begun.start is 'Action by which it begins; ADOPTED for a record that came in from elsewhere';
comment on column workflow.begun.source is 'Record that came or met a condition, or case that moved';
comment on column workflow.begun.step is 'Step of that case; 0 for a record';
comment on column workflow.begun.at is 'When it was dealt with';
comment on column workflow.begun.item is 'The case that began';
comment on column workflow.begun.refused is 'Why none began';

create table workflow.recheck (
  role text not null,
  place text not null,
  last boolean not null,
  after text collate "C" not null default '',
  primary key (role, place, last)
);
comment on table workflow.recheck is 'Desks whose cases are to be looked at again, since somebody came to them or went';
comment on column workflow.recheck.role is 'Role of the desk';
comment on column workflow.recheck.place is 'Place of the desk';
comment on column workflow.recheck.last is 'True for cases at the last desk for which a holder of this role might answer now; false for those at the desk';
comment on column workflow.recheck.after is 'The last case that was looked at';

create table workflow.content (
  digest bytea primary key,
  type text not null,
  size integer not null,
  key bytea,
  body bytea,
  clean bytea
);
alter table workflow.content alter column body set storage external;
alter table workflow.content alter column clean set storage external;
comment on table workflow.content is 'Documents and photos by what they hold; the same bytes are kept once';
comment on column workflow.content.digest is 'SHA-256 of the bytes as they were sent';
comment on column workflow.content.type is 'Media type, told by the bytes';
comment on column workflow.content.size is 'Bytes as they were sent';
comment on column workflow.content.key is 'Key of body and clean, sealed by the node''s vault; null once it was erased';
comment on column workflow.content.body is 'The bytes as they were sent, under that key; null once they were erased';
comment on column workflow.content.clean is 'A photo without place, time and device, under that key; null for what is no photo';

create table workflow.document (
  item text collate "C" not null references workflow.item (id),
  number integer not null,
  kind text not null,
  digest bytea not null references workflow.content (digest),
  state text not null,
  at timestamptz not null,
  actor text not null,
  position bytea,
  taken_at timestamptz,
  erased_at timestamptz,
  erased_by text,
  erased_in integer,
  primary key (item, number)
);
create unique index document_once on workflow.document (item, kind, digest, state) where erased_at is null;
create index document_content on workflow.document (digest);
comment on table workflow.document is 'Documents and photos of cases; each was recorded by a step of the same number';
comment on column workflow.document.item is 'The case';
comment on column workflow.document.number is 'The step by which it was added';
comment on column workflow.document.kind is 'What it is to the case, such as photo, as actions ask for it';
comment on column workflow.document.digest is 'What it holds';
comment on column workflow.document.state is 'State in which the case was';
comment on column workflow.document.at is 'When it was added';
comment on column workflow.document.actor is 'Who added it';
comment on column workflow.document.position is 'Longitude and latitude that the photo names, sealed by the node''s vault';
comment on column workflow.document.taken_at is 'When the photo says that it was taken';
comment on column workflow.document.erased_at is 'When what it holds was erased; the digest stays, as in the ledger';
comment on column workflow.document.erased_by is 'Who erased it';
comment on column workflow.document.erased_in is 'Step by which it was erased, whose comment is the ground';
