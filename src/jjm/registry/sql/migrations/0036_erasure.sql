create table registry.erasure (
  type text not null,
  id text collate "C" not null,
  at timestamptz not null,
  actor text not null,
  reason text not null,
  versions integer not null,
  primary key (type, id, at)
);
comment on table registry.erasure is 'Records whose personal data was erased; the list that a restore applies to an older backup';
comment on column registry.erasure.type is 'Registry type of the record';
comment on column registry.erasure.id is 'The record';
comment on column registry.erasure.at is 'When it was erased: what was recorded up to then';
comment on column registry.erasure.actor is 'Who erased it';
comment on column registry.erasure.reason is 'On what ground; nothing personal';
comment on column registry.erasure.versions is 'How many versions it was erased from';

create table registry.hold (
  type text not null,
  id text collate "C" not null,
  placed_at timestamptz not null,
  placed_by text not null,
  reason text not null,
  until date,
  released_at timestamptz,
  released_by text,
  primary key (type, id, placed_at)
);
comment on table registry.hold is 'Records whose personal data may not be erased, such as for a case in court';
comment on column registry.hold.type is 'Registry type of the record';
comment on column registry.hold.id is 'The record';
comment on column registry.hold.placed_at is 'Since when';
comment on column registry.hold.placed_by is 'Who placed it';
comment on column registry.hold.reason is 'On what ground; nothing personal';
comment on column registry.hold.until is 'First Indian day on which it no longer binds; null until it is released';
comment on column registry.hold.released_at is 'When it was released; null while it binds';
comment on column registry.hold.released_by is 'Who released it';
