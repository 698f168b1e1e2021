create schema web;
comment on schema web is 'Sums that pages show, brought up to the registries by reading the ledger; all of it can be made anew';

create table web.latest_figure (
  village text collate "C" primary key,
  figure text collate "C" not null,
  figure_source text not null,
  year integer not null,
  as_on date,
  households bigint not null,
  households_with_tap bigint not null,
  synthetic boolean not null
);
comment on table web.latest_figure is 'Of each village the newest figure that states households and those with a tap';
comment on column web.latest_figure.village is 'The village';
comment on column web.latest_figure.figure is 'The record of the figure';
comment on column web.latest_figure.figure_source is 'Who stated it, from the codelist figure-source';
comment on column web.latest_figure.year is 'The year it stands for';
comment on column web.latest_figure.as_on is 'The day the source names for it';
comment on column web.latest_figure.households is 'Households';
comment on column web.latest_figure.households_with_tap is 'Households with a tap connection, as stated';
comment on column web.latest_figure.synthetic is 'True where the record was made up for demonstration';

create table web.coverage (
  area text collate "C" not null,
  figure_source text not null,
  year integer not null,
  villages integer not null,
  households bigint not null,
  households_with_tap bigint not null,
  exceeding integer not null,
  synthetic integer not null,
  primary key (area, figure_source, year)
);
comment on table web.coverage is 'Sums over the newest figures of the villages in an area, apart for each source and year';
comment on column web.coverage.area is 'An area above the village';
comment on column web.coverage.figure_source is 'Who stated the figures summed here';
comment on column web.coverage.year is 'The year they stand for';
comment on column web.coverage.villages is 'Villages summed here';
comment on column web.coverage.households is 'Their households';
comment on column web.coverage.households_with_tap is 'Their households with a tap connection';
comment on column web.coverage.exceeding is 'Villages whose source states more taps than households';
comment on column web.coverage.synthetic is 'Villages whose figure was made up for demonstration';

create table web.area_count (
  area text collate "C" not null,
  type text not null,
  count integer not null,
  primary key (area, type)
);
comment on table web.area_count is 'How many areas of each level lie in an area today';
comment on column web.area_count.area is 'The area';
comment on column web.area_count.type is 'Registry type of the areas counted';
comment on column web.area_count.count is 'How many';

create table web.reader (
  name text primary key,
  position bigint not null,
  day date not null,
  at timestamptz not null
);
comment on table web.reader is 'How far the ledger has been read';
comment on column web.reader.name is 'What is kept up to it';
comment on column web.reader.position is 'The last position read; -1 at first';
comment on column web.reader.day is 'The Indian day for which all of it was made anew';
comment on column web.reader.at is 'When it was last brought up to the ledger';
