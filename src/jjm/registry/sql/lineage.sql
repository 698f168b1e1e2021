-- name: successors
-- What came of records that ended: the far ends of the last edges that lead away from each.
select distinct l.from_id, l.to_id, v.type
from registry.lineage l
left join lateral (select a.type from registry.area_version a where a.id = l.to_id limit 1) v on true
where l.from_id = any(:ids) and not l.undone and l.to_id <> l.from_id
  and l.effective = (
    select max(m.effective)
    from registry.lineage m
    where m.from_id = l.from_id and not m.undone and m.to_id is distinct from m.from_id)
order by l.from_id, l.to_id;

-- name: types
-- The type of each of these areas, in force or not.
select distinct id, type from registry.area_version where id = any(:ids);

-- name: below
-- What lies below an area on a day, itself included.
select registry.areas_as_of(:root, :day::date, 'infinity') as id;

-- name: inside
-- Those of these areas that lie in one of the roots on a day, or are one.
with recursive held as not materialized (
  select v.id, v.parents
  from registry.area_version v
  where v.valid_from <= :day and (v.valid_to is null or v.valid_to > :day)
    and not exists (
      select from registry.area_version w
      where w.id = v.id and w.version > v.version
        and w.valid_from <= :day and (w.valid_to is null or w.valid_to > :day))
),
up(id, above) as (
  select u.id collate "C", u.id collate "C" from unnest(:ids::text[]) u(id)
  union
  select up.id, p.id from up join held on held.id = up.above cross join lateral unnest(held.parents) p(id)
)
select distinct id from up where above = any(:roots::text[]);

-- name: children
-- Areas that lay, lie or will lie in one of these on that day or later, by any version, in the order of their ids.
select distinct id
from registry.area_version
where parents && :ids::text[] and change <> 'retire' and (valid_to is null or valid_to > :day)
order by id;

-- name: later_operations
-- Standing re-organisations of these areas that take effect after a day.
select l.operation, min(l.effective) as effective, array_agg(distinct i.id) as ids
from registry.lineage l
cross join lateral (values (l.from_id), (l.to_id)) i(id)
where (l.from_id = any(:ids) or l.to_id = any(:ids)) and i.id = any(:ids) and not l.undone and l.effective > :day
group by l.operation
order by min(l.effective), l.operation
limit 20;

-- name: keep_edges!
-- Note what became of areas.
insert into registry.lineage (operation, kind, from_id, to_id, effective, recorded_at)
select :operation, u.kind, u.from_id, u.to_id, :effective, :recorded_at
from unnest(:kinds::text[], :from_ids::text[], :to_ids::text[]) u(kind, from_id, to_id);

-- name: undo_edges!
-- Take back what an operation said became of areas.
update registry.lineage set undone = true, undone_at = :at where operation = :operation;

-- name: edges_of_operation
-- What an operation says became of areas.
select kind, from_id, to_id from registry.lineage where operation = :operation order by kind, from_id, to_id;

-- name: keep_operation!
-- Note a re-organisation with what it touched.
insert into registry.area_operation (id, kind, subject, effective, order_ref, actor, recorded_at, steps, asked)
values (:id, :kind, :subject, :effective, :order_ref, :actor, :recorded_at, :steps::jsonb, :asked::jsonb);

-- name: undo_operation!
-- Note that a re-organisation was taken back.
update registry.area_operation set undone_at = :at, undone_by = :actor where id = :id;

-- name: operation^
-- One re-organisation.
select * from registry.area_operation where id = :id;

-- name: operations
-- Re-organisations, newest first: all, or those that touched an area.
select o.*
from registry.area_operation o
where (:before::text is null or o.id < :before)
  and (:area::text is null or o.id in (
    select l.operation from registry.lineage l where l.from_id = :area or l.to_id = :area))
order by o.id desc
limit :limit;

-- name: lock_operations!
-- Let one re-organisation of areas be recorded at a time.
select pg_advisory_xact_lock(7219004);

-- name: areas_inside
-- How many areas of each type lie in these today, themselves included.
select a.type, count(distinct a.id) as count
from registry.area_closure c
join registry.area a on a.id = c.descendant
where c.ancestor = any(:ids)
group by a.type
order by a.type;
