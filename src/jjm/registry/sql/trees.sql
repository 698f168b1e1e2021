-- name: moved
-- Those of these areas that come to lie elsewhere than they do today, or are new to today's trees.
select u.id
from unnest(:ids::text[], :parents::text[]) u(id, parents)
left join registry.area a on a.id = u.id
where a.id is null or a.parents is distinct from string_to_array(u.parents, ' ');

-- name: below
-- These areas, everything below them today, and everything that names one of them as what it lies in.
with named as materialized (select l.id from registry.area_link l where l.parents && :ids::text[])
select c.descendant as id from registry.area_closure c where c.ancestor = any(:ids::text[])
union
select c.descendant from named join registry.area_closure c on c.ancestor = named.id
union
select named.id from named;

-- name: forget_areas!
-- Take areas out of today's trees.
delete from registry.area where id = any(:ids);

-- name: keep_areas!
-- Put areas into today's trees.
insert into registry.area (id, type, rank, code, name, parents)
select u.id, :type, :rank::int, u.code, u.name, string_to_array(u.parents, ' ')
from unnest(:ids::text[], :codes::text[], :names::text[], :parents::text[]) u(id, code, name, parents)
on conflict (id) do update set code = excluded.code, name = excluded.name, parents = excluded.parents;

-- name: forget_ended!
-- These areas are in force again.
delete from registry.area_ended where id = any(:ids);

-- name: keep_ended!
-- Note where the records of areas that no longer hold count today.
insert into registry.area_ended (id, rank, parents)
select held.id, held.rank, held.parents
from (
  select distinct on (v.id) v.id, v.rank, v.parents, v.change
  from registry.area_version v
  where v.id = any(:ids) and v.valid_from <= :today and (v.valid_to is null or v.valid_to > :today)
  order by v.id, v.version desc
) held
where held.change = 'retire'
on conflict (id) do update set parents = excluded.parents;

-- name: keep_area_versions!
-- Note versions of areas for the trees of other days. One that ended counts under its successor where it has one.
insert into registry.area_version
  (id, version, type, rank, code, name, parents, change, valid_from, valid_to, recorded_at)
select u.id, u.version, :type, :rank::int, u.code, u.name,
       coalesce(
         case when u.change = 'retire' then (
           select array_agg(distinct l.to_id)
           from registry.lineage l
           where l.from_id = u.id and l.effective = u.valid_from and not l.undone
           having count(distinct l.to_id) = 1 and min(l.to_id) <> u.id)
         end,
         string_to_array(u.parents, ' ')),
       u.change, u.valid_from, u.valid_to, :recorded_at
from unnest(:ids::text[], :versions::int[], :codes::text[], :names::text[], :parents::text[], :changes::text[],
            :valid_froms::date[], :valid_tos::date[])
  u(id, version, code, name, parents, change, valid_from, valid_to);

-- name: forget_closure!
-- Take away what lies above these areas.
delete from registry.area_closure where descendant = any(:ids);

-- name: keep_closure_of_leaves!
-- Note what lies above these areas, none of which lies in another of them: what lies above their parents, and themselves.
insert into registry.area_closure (ancestor, descendant, ancestor_rank)
select c.ancestor, u.id, c.ancestor_rank
from unnest(:ids::text[], :parents::text[]) u(id, parents)
cross join lateral unnest(string_to_array(u.parents, ' ')) p(id)
join registry.area_closure c on c.descendant = p.id
union
select u.id, u.id, :rank::smallint from unnest(:ids::text[]) u(id)
order by 1, 2;

-- name: renew_closure!
-- Note what lies above these areas, whatever lay above them before. Each step up is one look at one area (`limit 1`).
with recursive up(descendant, ancestor, rank) as (
  select a.id, a.id, a.rank from registry.area_link a where a.id = any(:ids)
  union
  select up.descendant, p.id, p.rank
  from up
  cross join lateral (select l.parents from registry.area_link l where l.id = up.ancestor limit 1) a
  cross join lateral unnest(a.parents) u(id)
  cross join lateral (select l.id, l.rank from registry.area_link l where l.id = u.id limit 1) p
),
gone as (
  delete from registry.area_closure c
  where c.descendant = any(:ids)
    and not exists (select from up where up.descendant = c.descendant and up.ancestor = c.ancestor)
)
insert into registry.area_closure (ancestor, descendant, ancestor_rank)
select ancestor, descendant, rank from up
on conflict do nothing;

-- name: loops
-- Areas that may come to lie below themselves, by all versions of areas of these types: each with a day to look at.
with recursive above(id, area) as (
  select u.id collate "C", p.id
  from unnest(:ids::text[]) u(id)
  join registry.area_version v on v.id = u.id
  cross join lateral unnest(v.parents) p(id)
  union
  select above.id, p.id
  from above
  join registry.area_version v on v.id = above.area and v.type = any(:types)
  cross join lateral unnest(v.parents) p(id)
),
suspect as (select id from above where area = id),
day as (
  select distinct s.id, d.at
  from suspect s
  join above on above.id = s.id
  join registry.area_version v on v.id = above.area
  cross join lateral (values (v.valid_from), (v.valid_to)) d(at)
  where d.at is not null
)
select day.id, min(day.at) as at
from day
join lateral (
  select v.parents
  from registry.area_version v
  where v.id = day.id and v.valid_from <= day.at and (v.valid_to is null or v.valid_to > day.at)
  order by v.version desc
  limit 1
) held on held.parents && array(select registry.areas_as_of(day.id, day.at, 'infinity'))
group by day.id;
