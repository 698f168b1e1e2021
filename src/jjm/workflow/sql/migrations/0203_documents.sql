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
