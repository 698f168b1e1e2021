-- name: forget_external_ids!
-- Take away what other systems call these records.
delete from registry.external_id where id = any(:ids) and type = :type;

-- name: external_ids_taken
-- Which of these identifiers already belong to another record of the type.
select e.system, e.value, e.id
from registry.external_id e
join unnest(:systems::text[], :values::text[], :ids::text[]) u(system, value, id)
  on e.system = u.system and e.value = u.value
where e.type = :type and e.id <> u.id;

-- name: keep_external_ids!
-- Note what other systems call these records.
insert into registry.external_id (type, system, value, id)
select :type, u.system, u.value, u.id
from unnest(:systems::text[], :values::text[], :ids::text[]) u(system, value, id);

-- name: record_by_external_id
-- The record that another system knows by this identifier.
select id from registry.external_id where type = :type and system = :system and value = :value;

-- name: records_by_external_id
-- The records that other systems know by these identifiers.
select e.system, e.value, e.id
from registry.external_id e
join unnest(:systems::text[], :values::text[]) u(system, value) on e.system = u.system and e.value = u.value
where e.type = :type;

-- name: forget_places!
-- Take records off their areas.
delete from registry.place where type = :type and id = any(:ids);

-- name: keep_places!
-- Put records on their areas.
insert into registry.place (type, area, id)
select :type, u.area, u.id from unnest(:areas::text[], :ids::text[]) u(area, id)
on conflict do nothing;

-- name: forget_names!
-- Take names out of the search.
delete from registry.name where type = :type and id = any(:ids);

-- name: keep_names!
-- Put names into the search.
insert into registry.name (type, id, name, key, sound, rank, area)
select :type, u.id, u.name, u.key, u.sound, :rank::int, u.area
from unnest(:ids::text[], :names::text[], :keys::text[], :sounds::text[], :areas::text[]) u(id, name, key, sound, area);

-- name: states_of
-- The State each of these areas lies in.
select c.descendant as id, min(a.code) as state
from registry.area_closure c
join registry.area a on a.id = c.ancestor
where c.descendant = any(:ids) and c.ancestor_rank = 0
group by c.descendant;

-- name: area_by_code
-- The area of today with this code.
select id, type, rank, code, name, parents from registry.area where type = :type and code = :code;

-- name: area_id_by_code$
-- The area that ever had this code.
select id from registry.area_version where type = :type and code = :code order by version desc limit 1;

-- name: forget_schedule!
-- These records have no coming change any more.
delete from registry.scheduled where type = :type and id = any(:ids);

-- name: keep_schedule!
-- Note the days on which other versions take effect.
insert into registry.scheduled (type, id, due)
select :type, u.id, u.due from unnest(:ids::text[], :dues::date[]) u(id, due)
on conflict (type, id) do update set due = excluded.due;

-- name: due
-- Records whose day has come.
select type, id from registry.scheduled where due <= :today order by due, type, id limit :limit;

-- name: next_due$
-- The next day on which something takes effect.
select min(due) from registry.scheduled;

-- name: partitions
-- The partitions that types have, one a State.
select parent.relname as type, substr(child.relname, length(parent.relname) + 2) as state
from pg_inherits i
join pg_class parent on parent.oid = i.inhparent
join pg_class child on child.oid = i.inhrelid
join pg_namespace n on n.oid = parent.relnamespace
where n.nspname = 'registry' and parent.relkind = 'p';

-- name: estimate$
-- About how many records a type has today, as the database last counted.
select coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
left join pg_inherits i on i.inhrelid = c.oid
left join pg_class parent on parent.oid = i.inhparent
where n.nspname = 'registry' and c.relkind = 'r' and coalesce(parent.relname, c.relname) = :type;

-- name: inside
-- Those of these areas that lie in another one today.
select c.descendant as id from registry.area_closure c where c.ancestor = :ancestor and c.descendant = any(:ids);

-- name: applied_standards
-- The standards that the tables were last made from.
select type, id, body from registry.standard;

-- name: keep_standard!
-- Note the standard that a type's tables were made from.
insert into registry.standard (type, id, body, applied_at) values (:type, :id, :body::jsonb, now())
on conflict (type) do update set id = excluded.id, body = excluded.body, applied_at = excluded.applied_at;

-- name: areas_as_of
-- An area and everything below it, as the trees held on a day as known at an instant.
select registry.areas_as_of(:root, :day, :known) as id;
