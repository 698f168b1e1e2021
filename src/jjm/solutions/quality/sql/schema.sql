create schema if not exists quality;
comment on schema quality is 'What water quality keeps beside records and cases: how far households were told of a contamination, and what outside systems send';

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

create table quality.arrival (
  sender text collate "C" not null,
  type text collate "C" not null,
  day date not null,
  count bigint not null,
  last_at timestamptz not null,
  states text[] not null default '{}',
  primary key (sender, type, day)
);
comment on table quality.arrival is 'How many new results applications and tokens sent and people imported, day by day, as the ledger tells it';
comment on column quality.arrival.sender is 'The application, the name of the token, or the person';
comment on column quality.arrival.type is 'Of which type the records are';
comment on column quality.arrival.day is 'The day in India on which they were recorded';
comment on column quality.arrival.count is 'New records; a version of a record that was there is none';
comment on column quality.arrival.last_at is 'When the last of them was recorded';
comment on column quality.arrival.states is 'LGD codes of the States in which the records lie';

create table quality.fall (
  sender text collate "C" not null,
  type text collate "C" not null,
  began date not null,
  found bigint not null,
  usual bigint not null,
  told integer not null,
  ended date,
  primary key (sender, type, began)
);
create unique index fall_open on quality.fall (sender, type) where ended is null;
comment on table quality.fall is 'Times in which a feed brought far less than usual: officers are told once of each';
comment on column quality.fall.sender is 'The application, the name of the token, or the person';
comment on column quality.fall.type is 'Of which type the records are';
comment on column quality.fall.began is 'Last day of the seven by which it was seen';
comment on column quality.fall.found is 'How many came in these seven days';
comment on column quality.fall.usual is 'How many came in a usual week before';
comment on column quality.fall.told is 'How many officers were told';
comment on column quality.fall.ended is 'Last day of the seven in which enough came again; null while it lasts';

create table quality.feeds_seen (
  singleton boolean primary key default true check (singleton),
  day date not null
);
comment on table quality.feeds_seen is 'Up to which day feeds were weighed: one row';
comment on column quality.feeds_seen.singleton is 'Always true; keeps the table at one row';
comment on column quality.feeds_seen.day is 'The last day in India that was over then';
