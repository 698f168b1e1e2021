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
-- The areas whose sums change with these: all above them today, and above whatever they ever lay in; villages have none.
with start as (
  select u.id from unnest(:ids::text[]) u(id)
  union
  select p.id from registry.area_version v cross join lateral unnest(v.parents) p(id) where v.id = any(:ids)
)
select found.id
from (select start.id from start
      union
      select c.ancestor from start join registry.area_closure c on c.descendant = start.id) found
left join registry.area a on a.id = found.id
where a.type is distinct from :village;

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
where a.type = :top
group by v.figure_source, v.year;

-- name: counts
-- How many areas of each level lie in an area.
select type, count from web.area_count where area = :id;

-- name: country_counts
-- How many areas of each level there are in all States.
select n.type, sum(n.count)::bigint as count
from web.area_count n join registry.area a on a.id = n.area
where a.type = :top
group by n.type
union all
select type, count(*) from registry.area where type = :top group by type;

-- name: area_by_code$
-- The area that has this code, or had it.
select id from registry.area_version where type = :type and code = :code order by version desc limit 1;

-- name: areas_of_code
-- The areas of today that have this code, at whatever level.
select id, type, code, name from registry.area where code = :code and type = any(:types) order by rank, type, id limit :limit;

-- name: areas
-- These areas as they are today.
select id, type, code, name from registry.area where id = any(:ids);

-- name: above
-- An area and all above it today.
select a.id, a.type, a.rank, a.code, a.name, a.parents
from registry.area_closure c join registry.area a on a.id = c.ancestor
where c.descendant = :id;

-- name: above_as_of
-- An area and all above it, as the trees held on a day as then known.
with recursive up(id, type, rank, code, name, parents) as (
  (select v.id, v.type, v.rank, v.code, v.name, v.parents
   from registry.area_version v
   where v.id = :id and v.valid_from <= :day and (v.valid_to is null or v.valid_to > :day) and v.recorded_at <= :known
   order by v.version desc limit 1)
  union
  select held.*
  from up
  cross join lateral unnest(up.parents) p(id)
  cross join lateral (
    select v.id, v.type, v.rank, v.code, v.name, v.parents
    from registry.area_version v
    where v.id = p.id and v.valid_from <= :day and (v.valid_to is null or v.valid_to > :day) and v.recorded_at <= :known
    order by v.version desc limit 1) held
)
select id, type, rank, code, name, parents from up;

-- name: states
-- The States and UTs of today.
select id, code, name from registry.area where type = :top order by name, id;

-- name: fullest_state^
-- The State or UT with the most areas in it.
select a.id, a.code, a.name
from registry.area a left join web.area_count n on n.area = a.id
where a.type = :top
group by a.id
order by coalesce(sum(n.count), 0) desc, a.id
limit 1;

-- name: children
-- The areas of one level in an area today, in the order of their names; their identifiers all begin alike.
select a.id, a.code, a.name
from registry.area_closure c join registry.area a on a.id = c.descendant
where c.ancestor = :id and c.descendant > :prefix and c.descendant < :beyond and a.type = :type
  and (a.name, a.id) > (:name, :after)
order by a.name, a.id
limit :limit;

-- name: children_by_id
-- The areas of one level in an area today, in the order of their identifiers, all of which begin alike.
select a.id, a.code, a.name
from registry.area_closure c join registry.area a on a.id = c.descendant
where c.ancestor = :id and c.descendant > :after and c.descendant < :beyond and a.type = :type
order by c.descendant
limit :limit;

-- name: children_as_of
-- The areas that lay in an area on a day as then known: those that name it as what they lie in.
select v.id, v.type, v.code, v.name
from registry.area_version v
where v.parents @> array[:id]::text[] and v.change <> 'retire'
  and v.valid_from <= :day and (v.valid_to is null or v.valid_to > :day) and v.recorded_at <= :known
  and not exists (
    select from registry.area_version w
    where w.id = v.id and w.version > v.version
      and w.valid_from <= :day and (w.valid_to is null or w.valid_to > :day) and w.recorded_at <= :known)
order by v.rank, v.name, v.id;

-- name: coverage_as_of
-- Sums over the newest figures of the villages that lay in these areas, all as of a day as then known.
with held as materialized (
  select a.id, below.id as village
  from unnest(:ids::text[]) a(id) cross join lateral registry.areas_as_of(a.id, :day, :known) below(id)
),
figure as (
  select f.* from (
    select village, figure_source, year, as_on, households, households_with_tap, id, version, change, source, recorded_at
    from registry.village_figure
    where village in (select village from held)
      and valid_from <= :day and (valid_to is null or valid_to > :day) and recorded_at <= :known
    union all
    select village, figure_source, year, as_on, households, households_with_tap, id, version, change, source, recorded_at
    from (select distinct village as of from held) v
    join registry.village_figure_history h on h.id > 'FIG-' || v.of || '-' and h.id < 'FIG-' || v.of || '.'
    where valid_from <= :day and (valid_to is null or valid_to > :day) and recorded_at <= :known
  ) f
),
latest as (
  select distinct on (village) village, figure_source, year, households, households_with_tap,
    figure_source = 'synthetic' or coalesce(source, '') like 'synthetic%' as synthetic
  from (select distinct on (id) * from figure order by id, version desc) f
  where change <> 'retire' and households is not null and households_with_tap is not null
  order by village, year desc, as_on desc nulls last, recorded_at desc, id
)
select h.id as area, l.figure_source, l.year, count(*) as villages, sum(l.households)::bigint as households,
  sum(l.households_with_tap)::bigint as households_with_tap,
  count(*) filter (where l.households_with_tap > l.households) as exceeding,
  count(*) filter (where l.synthetic) as synthetic
from held h join latest l on l.village = h.village
group by h.id, l.figure_source, l.year;

-- name: lineage
-- What became of an area, and where it came from.
select operation, kind, from_id, to_id, effective
from registry.lineage
where (from_id = :id or to_id = :id) and not undone
order by effective, operation, kind, from_id, to_id;

-- name: orders
-- The orders behind these re-organisations, the first first.
select id, kind, order_ref from registry.area_operation where id = any(:ids) order by effective, id;

-- name: state_names
-- The States recorded here, for those that no codelist knows.
select code, name from registry.state where code is not null;
