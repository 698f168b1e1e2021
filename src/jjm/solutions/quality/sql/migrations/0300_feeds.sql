comment on schema quality is 'What water quality keeps beside records and cases: how far households were told of a contamination, and what outside systems send';

create table quality.arrival (
  sender text collate "C" not null,
  type text collate "C" not null,
  day date not null,
  count bigint not null,
  last_at timestamptz not null,
  primary key (sender, type, day)
);
comment on table quality.arrival is 'How many new results outside systems sent, day by day, as the ledger tells it';
comment on column quality.arrival.sender is 'The application of a participant';
comment on column quality.arrival.type is 'Of which type the records are';
comment on column quality.arrival.day is 'The day in India on which they were recorded';
comment on column quality.arrival.count is 'New records; a version of a record that was there is none';
comment on column quality.arrival.last_at is 'When the last of them was recorded';

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
comment on column quality.fall.sender is 'The application of a participant';
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
