create table registry.area_ended (
  id text collate "C" primary key,
  rank smallint not null,
  parents text[] collate "C" not null
);
create index area_ended_parent on registry.area_ended using gin (parents);
comment on table registry.area_ended is 'Areas no longer in force, and where the records that still name them count today';
comment on column registry.area_ended.id is 'The area that ended';
comment on column registry.area_ended.rank is 'Its level counted from the top';
comment on column registry.area_ended.parents is 'Its one successor, or else the areas it lay in last';

create view registry.area_link as
select id, rank, parents from registry.area
union all
select id, rank, parents from registry.area_ended;
comment on view registry.area_link is 'What each area lies in today, areas that ended included';
comment on column registry.area_link.id is 'The area';
comment on column registry.area_link.rank is 'Its level counted from the top';
comment on column registry.area_link.parents is 'The areas it lies in, or counts under since it ended';

comment on table registry.area_closure is 'Every area with everything above it today, itself included; areas that ended stand below their successor';

alter table registry.area_operation add column asked jsonb not null default '{}';
comment on column registry.area_operation.asked is 'What was asked, with the order behind it';

alter table registry.lineage add column recorded_at timestamptz not null default now();
alter table registry.lineage add column undone_at timestamptz;
comment on column registry.lineage.recorded_at is 'When the edge was recorded';
comment on column registry.lineage.undone_at is 'When it was undone; null while it stands';
comment on column registry.lineage.kind is 'split_from, merged_into, renamed, reparented, code_replaced, urbanised, created, abolished, duplicate_of';

create or replace function registry.areas_as_of(root text, day date, known timestamptz) returns setof text
language sql stable
as $$
  with recursive held as not materialized (
    select a.id, a.parents
    from registry.area_version a
    where a.valid_from <= day and (a.valid_to is null or a.valid_to > day) and a.recorded_at <= known
      and not exists (
        select from registry.area_version b
        where b.id = a.id and b.version > a.version
          and b.valid_from <= day and (b.valid_to is null or b.valid_to > day) and b.recorded_at <= known)
  ),
  below(id) as (
    select root collate "C"
    union
    select held.id from below join held on held.parents @> array[below.id]
  )
  select id from below
$$;
comment on function registry.areas_as_of is 'An area and everything below it, as the trees held on a day as known at an instant; areas that ended stand below their successor';
