create table access.reading (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  until timestamptz not null,
  answers integer not null,
  reader text not null,
  kind text not null,
  reader_id text,
  participant text,
  agreement text,
  purpose text not null,
  type text not null,
  way text not null,
  ids text[] collate "C",
  areas text[],
  first_position bigint,
  last_position bigint,
  is_part boolean not null default false
);
create index reading_ids on access.reading using gin (ids) where ids is not null;
create index reading_extents on access.reading (type, at) where ids is null;
create index reading_at on access.reading (at);
comment on table access.reading is 'Who was shown personal data, what for and when: of records by name, or of a stretch of a type';
comment on column access.reading.id is 'Number of the entry';
comment on column access.reading.at is 'Instant of the first answer that showed it';
comment on column access.reading.until is 'Instant of the last one';
comment on column access.reading.answers is 'How many answers';
comment on column access.reading.reader is 'Name of the reader as it stands in versions';
comment on column access.reading.kind is 'What the reader is: token, person, application, node';
comment on column access.reading.reader_id is 'Identifier of the token, person or application';
comment on column access.reading.participant is 'Partner that the application belongs to';
comment on column access.reading.agreement is 'Agreement that it was read under';
comment on column access.reading.purpose is 'What it was read for, of the codelist purpose';
comment on column access.reading.type is 'Type of the records';
comment on column access.reading.way is 'By which call: record, list, history, search, lookup, feed, export, change';
comment on column access.reading.ids is 'Identifiers of the records; null for a stretch of the type';
comment on column access.reading.areas is 'Of a stretch: the areas whose records it held; null for all';
comment on column access.reading.first_position is 'Of a stretch of the feed: ledger position of its first change';
comment on column access.reading.last_position is 'Of a stretch: ledger position up to which it reached';
comment on column access.reading.is_part is 'True for a stretch of which a filter let only some through';

create table access.journal (
  name text primary key,
  taken_at timestamptz not null
);
comment on table access.journal is 'Journals of readings that were taken in, until their files are gone';
comment on column access.journal.name is 'Name of the file';
comment on column access.journal.taken_at is 'When it was taken in';
