-- name: ancestors
-- An area and all above it on a day as known at an instant, from the top down.
with recursive held as not materialized (
  select v.id, v.type, v.rank, v.code, v.name, v.parents, v.change
  from registry.area_version v
  where v.valid_from <= :day and (v.valid_to is null or v.valid_to > :day) and v.recorded_at <= :known
    and not exists (
      select from registry.area_version w
      where w.id = v.id and w.version > v.version
        and w.valid_from <= :day and (w.valid_to is null or w.valid_to > :day) and w.recorded_at <= :known)
),
up(id) as (
  select :id::text collate "C"
  union
  select p.id from up join held on held.id = up.id cross join lateral unnest(held.parents) p(id)
)
select held.id, held.type, held.rank, held.code, held.name, held.parents
from up
join held on held.id = up.id and held.change <> 'retire'
order by held.rank, held.id;

-- name: children
-- Areas that lie directly in an area on a day as known at an instant, level by level and by name, behind a place.
select v.id, v.type, v.rank, v.code, v.name, v.parents, lower(v.name) as key
from registry.area_version v
where v.parents @> array[:id::text] and v.type = any(:types) and v.change <> 'retire'
  and v.valid_from <= :day and (v.valid_to is null or v.valid_to > :day) and v.recorded_at <= :known
  and not exists (
    select from registry.area_version w
    where w.id = v.id and w.version > v.version
      and w.valid_from <= :day and (w.valid_to is null or w.valid_to > :day) and w.recorded_at <= :known)
  and (:after::text is null
       or (v.rank, lower(v.name) collate "C", v.id) > (:rank::int, :key::text collate "C", :after::text collate "C"))
order by v.rank, lower(v.name) collate "C", v.id
limit :limit;

-- name: children_counted
-- How many areas of each type lie directly in an area on a day as known at an instant.
select v.type, count(*) as count
from registry.area_version v
where v.parents @> array[:id::text] and v.type = any(:types) and v.change <> 'retire'
  and v.valid_from <= :day and (v.valid_to is null or v.valid_to > :day) and v.recorded_at <= :known
  and not exists (
    select from registry.area_version w
    where w.id = v.id and w.version > v.version
      and w.valid_from <= :day and (w.valid_to is null or w.valid_to > :day) and w.recorded_at <= :known)
group by v.type, v.rank
order by v.rank, v.type;

-- name: lineage
-- Where an area came from and what became of it, as known at an instant, with the names of the day.
select l.operation, l.kind, l.effective, l.from_id, l.to_id,
       f.type as from_type, f.code as from_code, f.name as from_name,
       t.type as to_type, t.code as to_code, t.name as to_name,
       o.asked -> 'order' as order
from registry.lineage l
left join registry.area_operation o on o.id = l.operation
left join lateral (
  select v.type, v.code, v.name
  from registry.area_version v
  where v.id = l.from_id and v.recorded_at <= :known
    and v.valid_from < l.effective and (v.valid_to is null or v.valid_to >= l.effective)
  order by v.version desc
  limit 1
) f on true
left join lateral (
  select v.type, v.code, v.name
  from registry.area_version v
  where v.id = l.to_id and v.recorded_at <= :known
    and v.valid_from <= l.effective and (v.valid_to is null or v.valid_to > l.effective)
  order by v.version desc
  limit 1
) t on true
where (l.from_id = :id or l.to_id = :id)
  and l.recorded_at <= :known and (l.undone_at is null or l.undone_at > :known)
order by l.effective, l.recorded_at, l.kind, l.from_id, l.to_id;
