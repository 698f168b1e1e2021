-- name: take_turn$
-- True for the one process that may bring the sums up to date now.
select pg_try_advisory_xact_lock(:key);

-- name: reader^
-- How far the ledger has been read.
select position, day, at from web.reader where name = :name;

-- name: keep_reader!
-- Note how far the ledger has been read.
insert into web.reader (name, position, day, at) values (:name, :position, :day, :at)
on conflict (name) do update set position = excluded.position, day = excluded.day, at = excluded.at;

-- name: villages_of_figures
-- The villages that these figures are, or ever were, about.
select village as id from registry.village_figure where id = any(:ids)
union
select village from registry.village_figure_history where id = any(:ids);

-- name: areas_touched
-- The areas whose sums change with these: all above them today, and above whatever they ever lay in.
with start as (
  select u.id from unnest(:ids::text[]) u(id)
  union
  select p.id from registry.area_version v cross join lateral unnest(v.parents) p(id) where v.id = any(:ids)
)
select start.id from start
union
select c.ancestor from start join registry.area_closure c on c.descendant = start.id;

-- name: all_areas
-- Every area that has sums or may have.
select id from registry.area where type <> :village
union
select area from web.coverage
union
select area from web.area_count;

-- name: all_villages
-- Every village that has figures or had.
select village as id from registry.village_figure
union
select village from web.latest_figure;

-- name: forget_latest!
-- Take away what no longer is the newest figure of these villages.
delete from web.latest_figure l
where l.village = any(:ids)
  and not exists (
    select from registry.village_figure f
    where f.village = l.village and f.households is not null and f.households_with_tap is not null);

-- name: keep_latest!
-- Note the newest figures of these villages.
insert into web.latest_figure
  (village, figure, figure_source, year, as_on, households, households_with_tap, synthetic)
select distinct on (f.village)
  f.village, f.id, f.figure_source, f.year, f.as_on, f.households, f.households_with_tap,
  f.figure_source = 'synthetic' or coalesce(f.source, '') like 'synthetic%'
from unnest(:ids::text[]) u(id)
join registry.village_figure f on f.village = u.id
where f.households is not null and f.households_with_tap is not null
order by f.village, f.year desc, f.as_on desc nulls last, f.recorded_at desc, f.id
on conflict (village) do update set
  figure = excluded.figure, figure_source = excluded.figure_source, year = excluded.year, as_on = excluded.as_on,
  households = excluded.households, households_with_tap = excluded.households_with_tap, synthetic = excluded.synthetic
where row(latest_figure.*) is distinct from row(excluded.*);

-- name: forget_coverage!
-- Take away the sums of these areas.
delete from web.coverage where area = any(:ids);

-- name: keep_coverage!
-- Sum the newest figures in these areas. One of a village that has ended counts until its successor has a later year's.
insert into web.coverage
  (area, figure_source, year, villages, households, households_with_tap, exceeding, synthetic)
select c.ancestor, l.figure_source, l.year, count(*), sum(l.households), sum(l.households_with_tap),
  count(*) filter (where l.households_with_tap > l.households), count(*) filter (where l.synthetic)
from unnest(:ids::text[]) u(id)
join registry.area_closure c on c.ancestor = u.id
join web.latest_figure l on l.village = c.descendant
where c.ancestor <> c.descendant
  and not exists (
    select from registry.area_ended e
    join web.latest_figure s on s.village = any(e.parents)
    where e.id = l.village and s.year > l.year)
group by c.ancestor, l.figure_source, l.year;

-- name: forget_counts!
-- Take away how many areas lie in these.
delete from web.area_count where area = any(:ids);

-- name: keep_counts!
-- Count the areas of each level in these.
insert into web.area_count (area, type, count)
select c.ancestor, a.type, count(*)
from unnest(:ids::text[]) u(id)
join registry.area_closure c on c.ancestor = u.id
join registry.area a on a.id = c.descendant
where c.ancestor <> c.descendant
group by c.ancestor, a.type;

-- name: coverage
-- The sums of these areas, and the newest figures of those that are villages.
select area, figure_source, year, villages, households, households_with_tap, exceeding, synthetic
from web.coverage where area = any(:ids)
union all
select village, figure_source, year, 1, households, households_with_tap,
  (households_with_tap > households)::int, synthetic::int
from web.latest_figure where village = any(:ids);

-- name: country
-- The sums of the whole country: of all States together.
select v.figure_source, v.year, sum(v.villages)::bigint as villages, sum(v.households)::bigint as households,
  sum(v.households_with_tap)::bigint as households_with_tap, sum(v.exceeding)::bigint as exceeding,
  sum(v.synthetic)::bigint as synthetic
from web.coverage v join registry.area a on a.id = v.area
where a.rank = 0
group by v.figure_source, v.year;

-- name: counts
-- How many areas of each level lie in an area.
select type, count from web.area_count where area = :id;

-- name: country_counts
-- How many areas of each level there are in all States.
select n.type, sum(n.count)::bigint as count
from web.area_count n join registry.area a on a.id = n.area
where a.rank = 0
group by n.type
union all
select type, count(*) from registry.area where rank = 0 group by type;
