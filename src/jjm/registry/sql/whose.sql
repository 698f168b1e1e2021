-- name: ever_above
-- These areas, and all in which they ever lay.
with recursive up(id) as (
  select u.id collate "C" from unnest(:ids::text[]) u(id)
  union
  select p.id from up join registry.area_version v on v.id = up.id cross join lateral unnest(v.parents) p(id)
)
select id from up;
