-- name: of_sources
-- Samples of each source in use in an area, turn by turn: sums of each turn, then the sources that lack some.
-- Whatever ever lay in the area is looked at, so that a newer version elsewhere beats an older one here. A test
-- counts by the day of its sample, whenever it was entered.
with inside as materialized (
  select c.descendant as id from registry.area_closure c where c.ancestor = :area and not :past::boolean
  union all
  select h.id from registry.areas_as_of(:area, :day::date, :known::timestamptz) h(id) where :past::boolean
),
turns as (
  select t.first, t.last, t.turn::int as turn
  from unnest(:firsts::date[], :lasts::date[]) with ordinality t(first, last, turn)
),
near_sources as materialized (
  select o.id from registry.water_source o where o.village in (select i.id from inside i)
  union
  select o.id from registry.water_source_history o where :past and o.village in (select i.id from inside i)
),
near_tests as materialized (
  select o.id from registry.water_quality_test o where o.village in (select i.id from inside i)
  union
  select o.id from registry.water_quality_test_history o where :past and o.village in (select i.id from inside i)
),
subjects as materialized (
  select s.id, s.name, s.village as area
  from (
    select distinct on (v.id) v.*
    from (
      select id, version, change, name, village, status
      from registry.water_source
      where valid_from <= :day and (valid_to is null or valid_to > :day) and recorded_at <= :known
        and id in (select n.id from near_sources n)
      union all
      select id, version, change, name, village, status
      from registry.water_source_history
      where :past and valid_from <= :day and (valid_to is null or valid_to > :day) and recorded_at <= :known
        and id in (select n.id from near_sources n)
    ) v
    order by v.id, v.version desc
  ) s
  where s.change <> 'retire'
    and s.village in (select i.id from inside i)
    and coalesce(s.status, 'in_use') in ('in_use', 'standby', 'seasonal')
),
near_samples as materialized (
  select o.id from registry.sample o where o.village in (select i.id from inside i)
  union
  select o.id from registry.sample_history o where :past and o.village in (select i.id from inside i)
),
tests as materialized (
  select p.water_source as subject, coalesce(s.sampled_on, s.tested_on, s.reported_on) as day
  from (
    select distinct on (v.id) v.*
    from (
      select id, version, change, method, village, laboratory, sampling_point, point_kind,
        sampled_on, tested_on, reported_on, results
      from registry.water_quality_test
      where recorded_at <= :known
        and id in (select n.id from near_tests n)
      union all
      select id, version, change, method, village, laboratory, sampling_point, point_kind,
        sampled_on, tested_on, reported_on, results
      from registry.water_quality_test_history
      where :past and recorded_at <= :known
        and id in (select n.id from near_tests n)
    ) v
    order by v.id, v.version desc
  ) s
  join registry.sampling_point p on p.id = s.sampling_point
  where s.change <> 'retire'
    and s.method = 'laboratory' and coalesce(s.sampled_on, s.tested_on, s.reported_on) <= :day
    and (cardinality(:parameters::text[]) = 0 or :at_least::int <= (
      select count(distinct r ->> 'parameter') from jsonb_array_elements(s.results) r
      where r ->> 'parameter' = any(:parameters)
        and coalesce(r -> 'value', r -> 'below', nullif(r -> 'verdict', '"not_tested"')) is not null))
  union all
  select coalesce(s.water_source, p.water_source), (s.collected_at at time zone 'Asia/Kolkata')::date
  from (
    select distinct on (v.id) v.*
    from (
      select id, version, change, village, laboratory, water_source, sampling_point, point_kind, collected_at, status,
        results
      from registry.sample
      where recorded_at <= :known and id in (select n.id from near_samples n)
      union all
      select id, version, change, village, laboratory, water_source, sampling_point, point_kind, collected_at, status,
        results
      from registry.sample_history
      where :past and recorded_at <= :known and id in (select n.id from near_samples n)
    ) v
    order by v.id, v.version desc
  ) s
  left join registry.sampling_point p on p.id = s.sampling_point
  where s.change <> 'retire' and s.status = 'APPROVED'
    and (s.collected_at at time zone 'Asia/Kolkata')::date <= :day
    and (cardinality(:parameters::text[]) = 0 or :at_least::int <= (
      select count(distinct r ->> 'parameter') from jsonb_array_elements(s.results) r
      where r ->> 'parameter' = any(:parameters) and coalesce(r -> 'value', r -> 'below', r -> 'word') is not null))
),
hits as materialized (
  select x.subject, t.turn, count(*)::int as found
  from tests x join turns t on x.day between t.first and t.last
  group by x.subject, t.turn
),
counted as materialized (
  -- Put together by grouping: a join would be a nested loop, since the planner takes these for a few rows each.
  select u.id, max(u.name) as name, max(u.area) as area, u.turn, max(u.wanted) as wanted, sum(u.found)::int as found
  from (
    select s.id, s.name, s.area, t.turn, :times::int as wanted, 0 as found, true as counts
    from subjects s cross join turns t
    union all
    select h.subject, null, null, h.turn, null, h.found, false from hits h
  ) u
  group by u.id, u.turn
  having bool_or(u.counts)
)
select turn, null::text as id, null::text as name, null::text as area, count(*) as subjects,
  count(*) filter (where found >= wanted) as met, count(*) filter (where wanted is null) as unknown,
  sum(found)::bigint as found, sum(wanted)::bigint as wanted
from counted group by turn
union all
(select turn, id, name, area, null, null, null, found, wanted
from counted
where (wanted is null or found < wanted) and turn = any(:listed::int[])
  and (id, turn) > (:after_id::text collate "C", :after_turn::int)
order by id, turn
limit :most);

-- name: of_laboratories
-- Samples that each laboratory in an area tested, turn by turn: sums of each turn, then laboratories that lack some.
with inside as materialized (
  select c.descendant as id from registry.area_closure c where c.ancestor = :area and not :past::boolean
  union all
  select h.id from registry.areas_as_of(:area, :day::date, :known::timestamptz) h(id) where :past::boolean
),
turns as (
  select t.first, t.last, t.turn::int as turn
  from unnest(:firsts::date[], :lasts::date[]) with ordinality t(first, last, turn)
),
near_laboratories as materialized (
  select o.id from registry.laboratory o where o.district in (select i.id from inside i)
  union
  select o.id from registry.laboratory_history o where :past and o.district in (select i.id from inside i)
),
subjects as materialized (
  select s.id, s.name, s.district as area
  from (
    select distinct on (v.id) v.*
    from (
      select id, version, change, name, district, level, status
      from registry.laboratory
      where valid_from <= :day and (valid_to is null or valid_to > :day) and recorded_at <= :known
        and id in (select n.id from near_laboratories n)
      union all
      select id, version, change, name, district, level, status
      from registry.laboratory_history
      where :past and valid_from <= :day and (valid_to is null or valid_to > :day) and recorded_at <= :known
        and id in (select n.id from near_laboratories n)
    ) v
    order by v.id, v.version desc
  ) s
  where s.change <> 'retire'
    and s.district in (select i.id from inside i)
    and coalesce(s.status, 'working') = 'working' and (cardinality(:kinds::text[]) = 0 or s.level = any(:kinds))
),
near_tests as materialized (
  select o.id from registry.water_quality_test o where o.laboratory in (select l.id from subjects l)
  union
  select o.id from registry.water_quality_test_history o
  where :past and o.laboratory in (select l.id from subjects l)
),
near_samples as materialized (
  select o.id from registry.sample o where o.laboratory in (select l.id from subjects l)
  union
  select o.id from registry.sample_history o where :past and o.laboratory in (select l.id from subjects l)
),
tests as materialized (
  select s.laboratory as subject, coalesce(s.sampled_on, s.tested_on, s.reported_on) as day
  from (
    select distinct on (v.id) v.*
    from (
      select id, version, change, method, village, laboratory, sampling_point, point_kind,
        sampled_on, tested_on, reported_on, results
      from registry.water_quality_test
      where recorded_at <= :known
        and id in (select n.id from near_tests n)
      union all
      select id, version, change, method, village, laboratory, sampling_point, point_kind,
        sampled_on, tested_on, reported_on, results
      from registry.water_quality_test_history
      where :past and recorded_at <= :known
        and id in (select n.id from near_tests n)
    ) v
    order by v.id, v.version desc
  ) s
  where s.change <> 'retire'
    and s.method = 'laboratory' and coalesce(s.sampled_on, s.tested_on, s.reported_on) <= :day
    and (cardinality(:parameters::text[]) = 0 or :at_least::int <= (
      select count(distinct r ->> 'parameter') from jsonb_array_elements(s.results) r
      where r ->> 'parameter' = any(:parameters)
        and coalesce(r -> 'value', r -> 'below', nullif(r -> 'verdict', '"not_tested"')) is not null))
  union all
  select s.laboratory, (s.collected_at at time zone 'Asia/Kolkata')::date
  from (
    select distinct on (v.id) v.*
    from (
      select id, version, change, village, laboratory, water_source, sampling_point, point_kind, collected_at, status,
        results
      from registry.sample
      where recorded_at <= :known and id in (select n.id from near_samples n)
      union all
      select id, version, change, village, laboratory, water_source, sampling_point, point_kind, collected_at, status,
        results
      from registry.sample_history
      where :past and recorded_at <= :known and id in (select n.id from near_samples n)
    ) v
    order by v.id, v.version desc
  ) s
  where s.change <> 'retire' and s.status = 'APPROVED'
    and (s.collected_at at time zone 'Asia/Kolkata')::date <= :day
    and (cardinality(:parameters::text[]) = 0 or :at_least::int <= (
      select count(distinct r ->> 'parameter') from jsonb_array_elements(s.results) r
      where r ->> 'parameter' = any(:parameters) and coalesce(r -> 'value', r -> 'below', r -> 'word') is not null))
),
hits as materialized (
  select x.subject, t.turn, count(*)::int as found
  from tests x join turns t on x.day between t.first and t.last
  group by x.subject, t.turn
),
counted as materialized (
  -- Put together by grouping: a join would be a nested loop, since the planner takes these for a few rows each.
  select u.id, max(u.name) as name, max(u.area) as area, u.turn, max(u.wanted) as wanted, sum(u.found)::int as found
  from (
    select s.id, s.name, s.area, t.turn, :times::int as wanted, 0 as found, true as counts
    from subjects s cross join turns t
    union all
    select h.subject, null, null, h.turn, null, h.found, false from hits h
  ) u
  group by u.id, u.turn
  having bool_or(u.counts)
)
select turn, null::text as id, null::text as name, null::text as area, count(*) as subjects,
  count(*) filter (where found >= wanted) as met, count(*) filter (where wanted is null) as unknown,
  sum(found)::bigint as found, sum(wanted)::bigint as wanted
from counted group by turn
union all
(select turn, id, name, area, null, null, null, found, wanted
from counted
where (wanted is null or found < wanted) and turn = any(:listed::int[])
  and (id, turn) > (:after_id::text collate "C", :after_turn::int)
order by id, turn
limit :most);

-- name: of_villages
-- Samples from the taps of each village in an area, turn by turn, and how many its newest population needs: sums of
-- each turn, then the villages that lack some. A village that is known to have no tap is left out.
with inside as materialized (
  select c.descendant as id from registry.area_closure c where c.ancestor = :area and not :past::boolean
  union all
  select h.id from registry.areas_as_of(:area, :day::date, :known::timestamptz) h(id) where :past::boolean
),
turns as (
  select t.first, t.last, t.turn::int as turn
  from unnest(:firsts::date[], :lasts::date[]) with ordinality t(first, last, turn)
),
bands as (
  select b.up_to, b.every_days, b.persons, b.more
  from unnest(:up_to::int[], :every_days::int[], :persons::int[], :more::int[]) b(up_to, every_days, persons, more)
),
subjects as materialized (
  select i.id, v.name, i.id as area, case when f.population is not null then (
    select greatest(ceil(30.0 / b.every_days), ceil(f.population::numeric / b.persons) + b.more)::int
    from bands b where b.up_to is null or f.population <= b.up_to order by b.up_to nulls last limit 1) end as wanted
  from inside i
  left join registry.village v on v.id = i.id
  left join lateral (
    select g.population, g.households_with_tap
    from registry.village_figure g
    where g.village = i.id and g.population is not null and g.year <= extract(year from :day)
      and g.recorded_at <= :known
    order by g.year desc, g.as_on desc nulls last, g.id limit 1) f on true
  where i.id like 'VIL-%' and coalesce(f.households_with_tap, 1) > 0
),
near_tests as materialized (
  select o.id from registry.water_quality_test o where o.village in (select i.id from inside i)
  union
  select o.id from registry.water_quality_test_history o where :past and o.village in (select i.id from inside i)
),
near_samples as materialized (
  select o.id from registry.sample o where o.village in (select i.id from inside i)
  union
  select o.id from registry.sample_history o where :past and o.village in (select i.id from inside i)
),
tests as materialized (
  select s.village as subject, coalesce(s.sampled_on, s.tested_on, s.reported_on) as day
  from (
    select distinct on (v.id) v.*
    from (
      select id, version, change, method, village, laboratory, sampling_point, point_kind,
        sampled_on, tested_on, reported_on, results
      from registry.water_quality_test
      where recorded_at <= :known
        and id in (select n.id from near_tests n)
      union all
      select id, version, change, method, village, laboratory, sampling_point, point_kind,
        sampled_on, tested_on, reported_on, results
      from registry.water_quality_test_history
      where :past and recorded_at <= :known
        and id in (select n.id from near_tests n)
    ) v
    order by v.id, v.version desc
  ) s
  left join registry.sampling_point p on p.id = s.sampling_point
  where s.change <> 'retire'
    and (cardinality(:kinds::text[]) = 0 or coalesce(s.point_kind, p.kind) = any(:kinds))
    and s.method = 'laboratory' and coalesce(s.sampled_on, s.tested_on, s.reported_on) <= :day
    and (cardinality(:parameters::text[]) = 0 or :at_least::int <= (
      select count(distinct r ->> 'parameter') from jsonb_array_elements(s.results) r
      where r ->> 'parameter' = any(:parameters)
        and coalesce(r -> 'value', r -> 'below', nullif(r -> 'verdict', '"not_tested"')) is not null))
  union all
  select s.village, (s.collected_at at time zone 'Asia/Kolkata')::date
  from (
    select distinct on (v.id) v.*
    from (
      select id, version, change, village, laboratory, water_source, sampling_point, point_kind, collected_at, status,
        results
      from registry.sample
      where recorded_at <= :known and id in (select n.id from near_samples n)
      union all
      select id, version, change, village, laboratory, water_source, sampling_point, point_kind, collected_at, status,
        results
      from registry.sample_history
      where :past and recorded_at <= :known and id in (select n.id from near_samples n)
    ) v
    order by v.id, v.version desc
  ) s
  left join registry.sampling_point p on p.id = s.sampling_point
  where s.change <> 'retire' and s.status = 'APPROVED'
    and (s.collected_at at time zone 'Asia/Kolkata')::date <= :day
    and (cardinality(:kinds::text[]) = 0 or coalesce(s.point_kind, p.kind) = any(:kinds))
    and (cardinality(:parameters::text[]) = 0 or :at_least::int <= (
      select count(distinct r ->> 'parameter') from jsonb_array_elements(s.results) r
      where r ->> 'parameter' = any(:parameters) and coalesce(r -> 'value', r -> 'below', r -> 'word') is not null))
),
hits as materialized (
  select x.subject, t.turn, count(*)::int as found
  from tests x join turns t on x.day between t.first and t.last
  group by x.subject, t.turn
),
counted as materialized (
  -- Put together by grouping: a join would be a nested loop, since the planner takes these for a few rows each.
  select u.id, max(u.name) as name, max(u.area) as area, u.turn, max(u.wanted) as wanted, sum(u.found)::int as found
  from (
    select s.id, s.name, s.area, t.turn, s.wanted as wanted, 0 as found, true as counts
    from subjects s cross join turns t
    union all
    select h.subject, null, null, h.turn, null, h.found, false from hits h
  ) u
  group by u.id, u.turn
  having bool_or(u.counts)
)
select turn, null::text as id, null::text as name, null::text as area, count(*) as subjects,
  count(*) filter (where found >= wanted) as met, count(*) filter (where wanted is null) as unknown,
  sum(found)::bigint as found, sum(wanted)::bigint as wanted
from counted group by turn
union all
(select turn, id, name, area, null, null, null, found, wanted
from counted
where (wanted is null or found < wanted) and turn = any(:listed::int[])
  and (id, turn) > (:after_id::text collate "C", :after_turn::int)
order by id, turn
limit :most);
