-- name: claim_journal$
-- Note that a journal is being taken in; null where that was done before.
insert into access.journal (name, taken_at) values (:name, :now) on conflict do nothing returning name;

-- name: add_reading*!
-- Keep who was shown what.
insert into access.reading
  (at, until, answers, reader, kind, reader_id, participant, agreement, purpose, type, way, consent,
   ids, areas, first_position, last_position, is_part)
values
  (:at, :until, :answers, :reader, :kind, :reader_id, :participant, :agreement, :purpose, :type, :way, :consent,
   :ids::text[], :areas::text[], :first_position, :last_position, :is_part);

-- name: forget_journals!
-- Forget journals that were taken in long ago, whose files are gone.
delete from access.journal where taken_at < :before and not name = any(:there::text[]);

-- name: readings_of
-- Who was shown one record by name, newest first.
select id, at, until, answers, reader, kind, reader_id, participant, agreement, purpose, type, way, consent
from access.reading
where ids @> array[:id]::text[] and ids is not null and type = :type and (at, id) < (:before, :below)
order by at desc, id desc
limit :limit;

-- name: stretches_of
-- Stretches of a type that were shown, newest first.
select id, at, until, answers, reader, kind, reader_id, participant, agreement, purpose, type, way, consent,
  areas, first_position, last_position, is_part
from access.reading
where ids is null and type = :type and (at, id) < (:before, :below)
order by at desc, id desc
limit :limit;

-- name: places_of_people
-- The places that accounts belong to.
select id, place from access.person where id = any(:ids::text[]);

-- name: names_of_partners
-- What partners are called.
select id, name from access.participant where id = any(:ids::text[]);
