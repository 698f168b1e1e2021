-- name: claim_journal$
-- Note that a journal is being taken in; null where that was done before.
insert into access.journal (name, taken_at) values (:name, :now) on conflict do nothing returning name;

-- name: add_reading*!
-- Keep who was shown what.
insert into access.reading
  (at, until, answers, reader, kind, reader_id, participant, agreement, purpose, type, way, consent,
   ids, areas, first_position, last_position, is_part, field_list)
values
  (:at, :until, :answers, :reader, :kind, :reader_id, :participant, :agreement, :purpose, :type, :way, :consent,
   :ids::text[], :areas::text[], :first_position, :last_position, :is_part, :fields);

-- name: add_field_lists!
-- Keep lists of fields that were never shown together before.
insert into access.field_list (fields)
select f from unnest(:fields::text[]) f
where not exists (select from access.field_list known where known.fields = f)
on conflict do nothing;

-- name: field_lists
-- The numbers of lists of fields.
select id, fields from access.field_list where fields = any(:fields::text[]);

-- name: forget_journals!
-- Forget journals that were taken in long ago, whose files are gone.
delete from access.journal where taken_at < :before and not name = any(:there::text[]);

-- name: readings_of
-- Who was shown one record by name, newest first.
select r.id, at, until, answers, reader, kind, reader_id, participant, agreement, purpose, type, way, consent,
  l.fields
from access.reading r
left join access.field_list l on l.id = r.field_list
where ids @> array[:id]::text[] and ids is not null and type = :type and (at, r.id) < (:before, :below)
order by at desc, r.id desc
limit :limit;

-- name: stretches_of
-- Stretches of a type that were shown, newest first.
select r.id, at, until, answers, reader, kind, reader_id, participant, agreement, purpose, type, way, consent,
  l.fields, areas, first_position, last_position, is_part
from access.reading r
left join access.field_list l on l.id = r.field_list
where ids is null and type = :type and (at, r.id) < (:before, :below)
order by at desc, r.id desc
limit :limit;

-- name: readings_before
-- Readings of everything, newest first, of one type, by one reader, for one purpose where these are named.
select r.id, at, until, answers, reader, kind, reader_id, participant, agreement, purpose, type, way, consent,
  l.fields,
  ids, areas, first_position, last_position, is_part
from access.reading r
left join access.field_list l on l.id = r.field_list
where (at, r.id) < (:before, :below)
  and (:type::text is null or type = :type)
  and (:reader::text is null or reader = :reader)
  and (:purpose::text is null or purpose = :purpose)
order by at desc, r.id desc
limit :limit;

-- name: places_of_people
-- The places that accounts belong to.
select id, place from access.person where id = any(:ids::text[]);

-- name: names_of_partners
-- What partners are called.
select id, name from access.participant where id = any(:ids::text[]);
