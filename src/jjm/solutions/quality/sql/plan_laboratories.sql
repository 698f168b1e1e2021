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
  select o.id from registry.laboratory o where :past and o.district in (select i.id from inside i)
  union
  select o.id from registry.laboratory_history o where :past and o.district in (select i.id from inside i)
),
subjects as materialized (
  select s.id, s.name, s.district as area
  from (
    select o.id, o.change, o.name, o.district, o.level, o.status
    from registry.laboratory o join inside i on i.id = o.district
    where not :past and o.valid_from <= :day and (o.valid_to is null or o.valid_to > :day) and o.recorded_at <= :known
    union all
    select w.id, w.change, w.name, w.district, w.level, w.status
    from (
      select distinct on (v.id) v.*
      from (
        select id, version, change, name, district, level, status
        from registry.laboratory
        where :past and valid_from <= :day and (valid_to is null or valid_to > :day)
          and recorded_at <= :known and id in (select n.id from near_laboratories n)
        union all
        select id, version, change, name, district, level, status
        from registry.laboratory_history
        where :past and valid_from <= :day and (valid_to is null or valid_to > :day)
          and recorded_at <= :known and id in (select n.id from near_laboratories n)
      ) v
      order by v.id, v.version desc
    ) w
    where w.district in (select i.id from inside i)
  ) s
  where s.change <> 'retire'
    and coalesce(s.status, 'working') = 'working' and (cardinality(:kinds::text[]) = 0 or s.level = any(:kinds))
),
near_tests as materialized (
  select o.id from registry.water_quality_test o where :past and o.laboratory in (select l.id from subjects l)
  union
  select o.id from registry.water_quality_test_history o where :past and o.laboratory in (select l.id from subjects l)
),
near_samples as materialized (
  select o.id from registry.sample o where :past and o.laboratory in (select l.id from subjects l)
  union
  select o.id from registry.sample_history o where :past and o.laboratory in (select l.id from subjects l)
),
tests as materialized (
  select s.laboratory as subject, coalesce(s.sampled_on, s.tested_on, s.reported_on) as day
  from (
    select o.change, o.method, o.laboratory, o.sampled_on, o.tested_on, o.reported_on, o.results
    from registry.water_quality_test o join subjects l on l.id = o.laboratory
    where not :past and o.recorded_at <= :known
    union all
    select w.change, w.method, w.laboratory, w.sampled_on, w.tested_on, w.reported_on, w.results
    from (
      select distinct on (v.id) v.*
      from (
        select id, version, change, method, laboratory, sampled_on, tested_on, reported_on, results
        from registry.water_quality_test
        where :past and recorded_at <= :known and id in (select n.id from near_tests n)
        union all
        select id, version, change, method, laboratory, sampled_on, tested_on, reported_on, results
        from registry.water_quality_test_history
        where :past and recorded_at <= :known and id in (select n.id from near_tests n)
      ) v
      order by v.id, v.version desc
    ) w
  ) s
  -- What was found out about each of its parameters, read from the results in one go.
  cross join lateral (
    select case when cardinality(:parameters::text[]) > 0 then jsonb_path_query_array(
      s.results, '$[*] ? (exists (@.value) || exists (@.below) || @.verdict != "not_tested").parameter') end as tested
    offset 0) r
  where s.change <> 'retire' and s.method = 'laboratory'
    and coalesce(s.sampled_on, s.tested_on, s.reported_on) between (select min(first) from turns)
      and least(:day, (select max(last) from turns))
    and (cardinality(:parameters) = 0
      or :at_least::int <= (select count(*) from unnest(:parameters) p where r.tested ? p))
  union all
  select s.laboratory, (s.collected_at at time zone 'Asia/Kolkata')::date
  from (
    select o.change, o.laboratory, o.collected_at, o.status, o.results
    from registry.sample o join subjects l on l.id = o.laboratory
    where not :past and o.recorded_at <= :known
    union all
    select w.change, w.laboratory, w.collected_at, w.status, w.results
    from (
      select distinct on (v.id) v.*
      from (
        select id, version, change, laboratory, collected_at, status, results
        from registry.sample
        where :past and recorded_at <= :known and id in (select n.id from near_samples n)
        union all
        select id, version, change, laboratory, collected_at, status, results
        from registry.sample_history
        where :past and recorded_at <= :known and id in (select n.id from near_samples n)
      ) v
      order by v.id, v.version desc
    ) w
  ) s
  -- What was found out about each of its parameters, read from the results in one go.
  cross join lateral (
    select case when cardinality(:parameters::text[]) > 0 then jsonb_path_query_array(
      s.results, '$[*] ? (exists (@.value) || exists (@.below) || exists (@.word)).parameter') end as tested
    offset 0) r
  where s.change <> 'retire' and s.status = 'APPROVED'
    and (s.collected_at at time zone 'Asia/Kolkata')::date between (select min(first) from turns)
      and least(:day, (select max(last) from turns))
    and (cardinality(:parameters) = 0
      or :at_least::int <= (select count(*) from unnest(:parameters) p where r.tested ? p))
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
