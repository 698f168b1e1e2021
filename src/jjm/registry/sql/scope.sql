-- name: areas_by_code
-- The areas that ever had these codes, each the last one that had it.
select distinct v.id
from unnest(:types::text[], :codes::text[]) u(type, code)
cross join lateral (
  select id from registry.area_version v where v.type = u.type and v.code = u.code order by v.version desc limit 1
) v;

-- name: lying_in
-- Those of these areas that are one of the roots, or lie in one of them, today.
select distinct c.descendant as id
from registry.area_closure c
where c.ancestor = any(:roots::text[]) and c.descendant = any(:ids::text[]);

-- name: names_inside
-- Those of these records that are one of the roots, or lie in one of them, today; each with the first area it names.
select u.type, u.id
from unnest(:types::text[], :ids::text[], :areas::text[]) u(type, id, area)
where exists (
    select from registry.area_closure c where c.ancestor = any(:roots::text[]) and c.descendant = u.area)
   or exists (
    select from registry.place p
    join registry.area_closure c on c.descendant = p.area
    where p.type = u.type and p.id = u.id and c.ancestor = any(:roots::text[]));

-- name: areas_around
-- These areas and all that they lie in today, the lowest first.
select a.id, a.type, a.code, a.rank
from registry.area a
where exists (
    select from registry.area_closure c where c.ancestor = a.id and c.descendant = any(:ids::text[]))
order by a.rank desc, a.type, a.code;
