-- The lowest areas have nothing below them but areas that ended in their favour, so that no time is spent looking.
create index area_version_rank on registry.area_version (rank);
create index area_version_ended on registry.area_version (id) where change = 'retire';

create or replace function registry.areas_as_of(root text, day date, known timestamptz) returns setof text
language sql stable
as $$
  with recursive held as not materialized (
    select a.id, a.rank, a.parents
    from registry.area_version a
    where a.valid_from <= day and (a.valid_to is null or a.valid_to > day) and a.recorded_at <= known
      and not exists (
        select from registry.area_version b
        where b.id = a.id and b.version > a.version
          and b.valid_from <= day and (b.valid_to is null or b.valid_to > day) and b.recorded_at <= known)
  ),
  below(id, rank) as (
    select root collate "C", -1::smallint
    union
    select held.id, held.rank
    from below
    join held on held.parents @> array[below.id]
    where below.rank < (select max(v.rank) from registry.area_version v)
       or below.id in (select unnest(v.parents) from registry.area_version v where v.change = 'retire')
  )
  select id from below
$$;

-- Lookups of what lies in an area are frequent, and slow while new rows wait in a pending list.
alter index registry.area_parent set (fastupdate = off);
alter index registry.area_ended_parent set (fastupdate = off);
alter index registry.area_version_parent set (fastupdate = off);
