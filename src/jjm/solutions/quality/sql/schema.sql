create schema if not exists quality;
comment on schema quality is 'What water quality keeps beside records and cases: how far households were told of a contamination';

create table quality.telling (
  contamination text collate "C" not null,
  step integer not null,
  event text,
  after text[] collate "C" not null default '{}',
  told integer not null default 0,
  no_contact integer not null default 0,
  no_carrier integer not null default 0,
  begun_at timestamptz not null,
  ended_at timestamptz,
  overtaken boolean not null default false,
  primary key (contamination, step)
);
create index telling_open on quality.telling (begun_at, contamination, step) where ended_at is null;
comment on table quality.telling is 'The households that drink contaminated water are told, page by page; numbers alone, no person';
comment on column quality.telling.contamination is 'The case';
comment on column quality.telling.step is 'Its step by which they are told: an advice, or the safe retest';
comment on column quality.telling.event is 'Event of standards/notices; null where there are no words for it';
comment on column quality.telling.after is 'Where the last page of households ended';
comment on column quality.telling.told is 'Households for which a message was written, or whose number had one already';
comment on column quality.telling.no_contact is 'Households of which no number is known';
comment on column quality.telling.no_carrier is 'Households with a number to which nothing is carried here';
comment on column quality.telling.begun_at is 'When telling began';
comment on column quality.telling.ended_at is 'When the last household was reached, or another step said something newer';
comment on column quality.telling.overtaken is 'True if it was ended by something newer';

create table quality.reader (
  name text primary key,
  position bigint not null
);
comment on table quality.reader is 'How far the ledger was read';
comment on column quality.reader.name is 'Who reads';
comment on column quality.reader.position is 'Last position that was dealt with';
