-- name: forget_external_ids!
-- Take away what other systems call these records.
delete from registry.external_id where id = any(:ids) and type = :type;

-- name: external_ids_taken
-- Which of these identifiers already belong to another record of the type.
select e.system, e.value, e.id
from registry.external_id e
join unnest(:systems::text[], :values::text[], :ids::text[]) u(system, value, id)
  on e.system = u.system and e.value = u.value
where e.type = :type and e.id <> u.id
order by e.system, e.value, u.id;

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
-- Put names into the search, and note those of their keys that were never there before: in one order, so that two who
-- note the same keys at once do not wait for each other.
with spelled as (
  insert into registry.spelling (key, sound, near)
  select u.key, u.sound, string_to_array(u.near, ' ')::int[]
  from unnest(:spelled::text[], :sounds::text[], :nears::text[]) u(key, sound, near)
  where not exists (select from registry.spelling s where s.key = u.key)
  order by u.key
  on conflict do nothing
)
insert into registry.name (type, id, name, key, rank, area, place)
select :type, u.id, u.name, u.key, :rank::int, u.area, u.place
from unnest(:ids::text[], :names::text[], :keys::text[], :areas::text[], :places::int[]) u(id, name, key, area, place)
on conflict do nothing;

-- name: named
-- By what rules the names of each type were last noted.
select type, basis from registry.named;

-- name: keep_named!
-- Note by what rules the names of a type were noted.
insert into registry.named (type, basis) values (:type, :basis)
on conflict (type) do update set basis = excluded.basis;

-- name: forget_all_names!
-- Take all names of a type out of the search.
delete from registry.name where type = :type;

-- name: names_from
-- Names whose key begins with this, for each type in the order of keys.
select n.type, n.id, n.name, n.key, n.rank, n.area, n.place, similarity(n.key, :key) as closeness
from unnest(:types::text[]) t(type)
cross join lateral (
  select * from registry.name n
  where n.type = t.type and n.key >= :key and n.key < :beyond
  order by n.key, n.place
  limit :most
) n;

-- name: names_with
-- Names with one of these keys.
select n.type, n.id, n.name, n.key, n.rank, n.area, n.place, similarity(n.key, :key) as closeness
from unnest(:types::text[]) t(type)
cross join unnest(:keys::text[]) k(key)
cross join lateral (
  select * from registry.name n where n.type = t.type and n.key = k.key order by n.place limit :most
) n;

-- name: names_from_within
-- Names in these areas whose key begins with this. Names are read from the index alone until they are known to lie there.
select n.type, n.id, w.name, n.key, n.rank, n.area, n.place, similarity(n.key, :key) as closeness
from unnest(:types::text[]) t(type)
cross join lateral (
  select * from (
    select type, id, key, rank, area, place from registry.name n
    where n.type = t.type and n.key >= :key and n.key < :beyond
    order by n.key, n.place
    limit 20000
  ) n
  where (select true from registry.area_closure c
         where c.ancestor = any(:within::text[]) and c.descendant = n.area limit 1)
     or (n.type = any(:spread::text[])
         and (select true from registry.place p join registry.area_closure c on c.descendant = p.area
              where p.type = n.type and p.id = n.id and c.ancestor = any(:within::text[]) limit 1))
  limit :most
) n
join registry.name w on w.type = n.type and w.id = n.id and w.place = n.place and w.key = n.key;

-- name: names_with_within
-- Names in these areas with one of these keys.
select n.type, n.id, w.name, n.key, n.rank, n.area, n.place, similarity(n.key, :key) as closeness
from unnest(:types::text[]) t(type)
cross join unnest(:keys::text[]) k(key)
cross join lateral (
  select * from (
    select type, id, key, rank, area, place from registry.name n
    where n.type = t.type and n.key = k.key order by n.place limit 20000
  ) n
  where (select true from registry.area_closure c
         where c.ancestor = any(:within::text[]) and c.descendant = n.area limit 1)
     or (n.type = any(:spread::text[])
         and (select true from registry.place p join registry.area_closure c on c.descendant = p.area
              where p.type = n.type and p.id = n.id and c.ancestor = any(:within::text[]) limit 1))
  limit :most
) n
join registry.name w on w.type = n.type and w.id = n.id and w.place = n.place and w.key = n.key;

-- name: names_inside
-- Names in small areas whose key begins with this, or is one of these.
with inside as (select distinct c.descendant as area from registry.area_closure c where c.ancestor = any(:within::text[]))
select n.type, n.id, n.name, n.key, n.rank, n.area, n.place, similarity(n.key, :key) as closeness
from inside i join registry.name n on n.area = i.area
where n.type = any(:types) and ((n.key >= :start and n.key < :beyond) or n.key = any(:keys::text[]))
union
select n.type, n.id, n.name, n.key, n.rank, n.area, n.place, similarity(n.key, :key)
from inside i
join registry.place p on p.area = i.area and p.type = any(:spread::text[])
join registry.name n on n.type = p.type and n.id = p.id
where n.type = any(:types) and ((n.key >= :start and n.key < :beyond) or n.key = any(:keys::text[]));

-- name: areas_inside$
-- How many areas lie in these, counted up to a limit.
select count(*) from (select from registry.area_closure where ancestor = any(:within::text[]) limit :most) c;

-- name: spellings_from
-- Keys that begin with this, the shortest first.
select key from (select key from registry.spelling where key >= :key and key < :beyond order by key limit 3000) s
order by length(key), key
limit :most;

-- name: spellings_of_sound
-- Keys of this sound, the most alike first; then those that only begin with it.
select key from (
  (select key, true as whole from registry.spelling where sound = :sound limit 2000)
  union all
  (select key, false from registry.spelling where :open and sound > :sound and sound < :beyond limit 1000)
) s
order by whole desc, similarity(key, :key) desc, key
limit :most;

-- name: spellings_near
-- Keys that are about one typing error away, the most alike first.
select key from registry.spelling where near && :near::int[]
order by similarity(key, :key) desc, key
limit :most;

-- name: areas_above
-- The areas that each of these lies in, from the top.
select c.descendant as of, a.id, a.type, a.code, a.name
from registry.area_closure c
join registry.area a on a.id = c.ancestor
where c.descendant = any(:ids)
order by c.descendant, a.rank, a.id;

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
-- These records have no coming change any more. What is due up to a day is left, since it is still to be put in place.
delete from registry.scheduled where type = :type and id = any(:ids) and due > :beyond;

-- name: keep_schedule!
-- Note the days on which other versions take effect. What is due up to a day is left, as above.
insert into registry.scheduled (type, id, due)
select :type, u.id, u.due from unnest(:ids::text[], :dues::date[]) u(id, due)
on conflict (type, id) do update set due = excluded.due where scheduled.due > :beyond;

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

-- name: estimates
-- About how many records each type has today: as the database keeps count, or else as it last counted.
select coalesce(parent.relname, c.relname) as type,
       sum(coalesce(nullif(pg_stat_get_live_tuples(c.oid), 0), greatest(c.reltuples, 0)))::bigint as count
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
left join pg_inherits i on i.inhrelid = c.oid
left join pg_class parent on parent.oid = i.inhparent
where n.nspname = 'registry' and c.relkind = 'r'
group by 1;

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

-- name: table_columns
-- The columns that the tables of today of each type have.
select c.relname as type, a.attname as name
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname = 'registry' and c.relkind in ('r', 'p') and not c.relispartition;

-- name: forget_unused_spellings!
-- Take out keys that no name has any more.
delete from registry.spelling s
where not exists (select from registry.name n where n.key = s.key);
