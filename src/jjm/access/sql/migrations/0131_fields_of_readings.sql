create table access.field_list (
  id integer generated always as identity primary key,
  fields text collate "C" not null unique
);
comment on table access.field_list is 'Lists of personal fields that were shown together, each once for all readings of it';
comment on column access.field_list.id is 'Counts';
comment on column access.field_list.fields is 'Names of the fields, sorted, with a space between';

alter table access.reading add column field_list integer references access.field_list (id);
comment on column access.reading.field_list is 'Which personal fields were shown; null where it was noted before this was';
