create schema if not exists registry;
comment on schema registry is 'Records of every declared type: a table of today and a table of history each, made from the standards';
create extension if not exists pg_trgm;

create table registry.standard (
  type text primary key,
  id text not null,
  body jsonb not null,
  applied_at timestamptz not null default now()
);
comment on table registry.standard is 'The standard that each type''s tables were last made from';
comment on column registry.standard.type is 'Name of the registry type';
comment on column registry.standard.id is 'The $id of the standard, with its version';
comment on column registry.standard.body is 'What the standard declares, for comparison with the next one';
comment on column registry.standard.applied_at is 'When the tables were brought to it';

create table registry.external_id (
  type text not null,
  system text not null,
  value text not null,
  id text collate "C" not null,
  primary key (type, system, value)
);
create index external_id_record on registry.external_id (id);
comment on table registry.external_id is 'Identifiers that other systems use for today''s records';
comment on column registry.external_id.type is 'Registry type of the record';
comment on column registry.external_id.system is 'The other system, such as lgd, imis or census-2011';
comment on column registry.external_id.value is 'The identifier there';
comment on column registry.external_id.id is 'The record here';

create table registry.place (
  type text not null,
  area text collate "C" not null,
  id text collate "C" not null,
  primary key (type, area, id)
);
create index place_record on registry.place (type, id);
comment on table registry.place is 'Areas of today''s records that lie in several areas';
comment on column registry.place.type is 'Registry type of the record';
comment on column registry.place.area is 'One area it lies in';
comment on column registry.place.id is 'The record';

create table registry.area (
  id text collate "C" primary key,
  type text not null,
  rank smallint not null,
  code text not null,
  name text not null,
  parents text[] collate "C" not null
);
create index area_parent on registry.area using gin (parents) with (fastupdate = off);
create index area_code on registry.area (type, code);
comment on table registry.area is 'The trees of areas as they are today';
comment on column registry.area.id is 'The area''s record';
comment on column registry.area.type is 'Its registry type';
comment on column registry.area.rank is 'Its level counted from the top; 0 is the State';
comment on column registry.area.code is 'Its code, unique within its type';
comment on column registry.area.name is 'Its name today';
comment on column registry.area.parents is 'The areas it lies in, in both trees';

create table registry.area_version (
  id text collate "C" not null,
  version integer not null,
  type text not null,
  rank smallint not null,
  code text not null,
  name text not null,
  parents text[] collate "C" not null,
  change text not null,
  valid_from date not null,
  valid_to date,
  recorded_at timestamptz not null,
  primary key (id, version)
);
create index area_version_parent on registry.area_version using gin (parents) with (fastupdate = off);
create index area_version_code on registry.area_version (type, code);
create index area_version_rank on registry.area_version (rank);
create index area_version_ended on registry.area_version (id) where change = 'retire';
comment on table registry.area_version is 'The trees of areas as they were, will be, or were believed to be';
comment on column registry.area_version.id is 'The area''s record';
comment on column registry.area_version.version is 'Its version';
comment on column registry.area_version.type is 'Its registry type';
comment on column registry.area_version.rank is 'Its level counted from the top; 0 is the State';
comment on column registry.area_version.code is 'Its code';
comment on column registry.area_version.name is 'Its name in that version';
comment on column registry.area_version.parents is 'The areas it lay in';
comment on column registry.area_version.change is 'What the version did, such as create, change, correct or retire';
comment on column registry.area_version.valid_from is 'First Indian day of the version';
comment on column registry.area_version.valid_to is 'First Indian day after it; null until further notice';
comment on column registry.area_version.recorded_at is 'When it became known here';

create table registry.area_ended (
  id text collate "C" primary key,
  rank smallint not null,
  parents text[] collate "C" not null
);
create index area_ended_parent on registry.area_ended using gin (parents) with (fastupdate = off);
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

create table registry.area_closure (
  ancestor text collate "C" not null,
  descendant text collate "C" not null,
  ancestor_rank smallint not null,
  primary key (ancestor, descendant)
);
create index area_closure_up on registry.area_closure (descendant, ancestor_rank, ancestor);
comment on table registry.area_closure is 'Every area with everything above it today, itself included; areas that ended stand below their successor';
comment on column registry.area_closure.ancestor is 'The area above';
comment on column registry.area_closure.descendant is 'The area below';
comment on column registry.area_closure.ancestor_rank is 'Level of the area above; 0 is the State';

create table registry.scheduled (
  type text not null,
  id text collate "C" not null,
  due date not null,
  primary key (type, id)
);
create index scheduled_due on registry.scheduled (due);
comment on table registry.scheduled is 'Records whose valid version changes on a coming day';
comment on column registry.scheduled.type is 'Registry type of the record';
comment on column registry.scheduled.id is 'The record';
comment on column registry.scheduled.due is 'The Indian day on which another version takes effect';

create table registry.lineage (
  operation text not null,
  kind text not null,
  from_id text collate "C",
  to_id text collate "C",
  effective date not null,
  undone boolean not null default false,
  recorded_at timestamptz not null default now(),
  undone_at timestamptz
);
create index lineage_from on registry.lineage (from_id);
create index lineage_to on registry.lineage (to_id);
create index lineage_operation on registry.lineage (operation);
comment on table registry.lineage is 'Which area came from which, and what became of it';
comment on column registry.lineage.operation is 'The re-organisation that made the edge';
comment on column registry.lineage.kind is 'split_from, merged_into, renamed, reparented, code_replaced, urbanised, created, abolished, duplicate_of';
comment on column registry.lineage.from_id is 'The area before';
comment on column registry.lineage.to_id is 'The area after';
comment on column registry.lineage.effective is 'The day the order takes effect';
comment on column registry.lineage.undone is 'True once the operation was undone';
comment on column registry.lineage.recorded_at is 'When the edge was recorded';
comment on column registry.lineage.undone_at is 'When it was undone; null while it stands';

create table registry.area_operation (
  id text primary key,
  kind text not null,
  subject text not null,
  effective date not null,
  order_ref text,
  actor text not null,
  recorded_at timestamptz not null,
  steps jsonb not null,
  undone_at timestamptz,
  undone_by text,
  asked jsonb not null default '{}'
);
comment on table registry.area_operation is 'Re-organisations of areas, with what each of them touched';
comment on column registry.area_operation.id is 'Identifier of the operation';
comment on column registry.area_operation.kind is 'split, merge, rename, reparent, abolish or urbanise';
comment on column registry.area_operation.subject is 'The area it was asked of';
comment on column registry.area_operation.effective is 'The day the order takes effect';
comment on column registry.area_operation.order_ref is 'Number and date of the Government Order';
comment on column registry.area_operation.actor is 'Who recorded it';
comment on column registry.area_operation.recorded_at is 'When it was recorded';
comment on column registry.area_operation.steps is 'The records it changed, with their versions before and after';
comment on column registry.area_operation.undone_at is 'When it was undone; null while it stands';
comment on column registry.area_operation.undone_by is 'Who undid it';
comment on column registry.area_operation.asked is 'What was asked, with the order behind it';

create table registry.name (
  type text not null,
  id text collate "C" not null,
  name text not null,
  key text collate "C" not null,
  rank smallint not null,
  area text collate "C",
  place smallint not null,
  primary key (type, id, name, place)
);
create index name_key on registry.name (type, key, place) include (id, rank, area);
create index name_area on registry.name (area);
comment on table registry.name is 'Names by which today''s records are found';
comment on column registry.name.type is 'Registry type of the record';
comment on column registry.name.id is 'The record';
comment on column registry.name.name is 'The name as it is written';
comment on column registry.name.key is 'The name from this word on, in Latin letters, folded';
comment on column registry.name.rank is 'Level of the area, or 9 for other records';
comment on column registry.name.area is 'The area it is, or the first it lies in';
comment on column registry.name.place is 'Which word of the name the key begins with, from 0';

create table registry.spelling (
  key text collate "C" primary key,
  sound text collate "C" not null,
  near integer[] not null
);
create index spelling_sound on registry.spelling (sound);
create index spelling_near on registry.spelling using gin (near) with (fastupdate = on, gin_pending_list_limit = 512);
comment on table registry.spelling is 'Every key that names ever had, once, for spellings that differ from what is asked';
comment on column registry.spelling.key is 'The key, as in registry.name';
comment on column registry.spelling.sound is 'Its consonants, so that spellings of one sound meet';
comment on column registry.spelling.near is 'Hashes of its beginning, whole and with each letter left out, so that a typing error still meets it';

create table registry.named (
  type text primary key,
  basis text not null
);
comment on table registry.named is 'By what rules the names of each type were last noted; other rules note them anew';
comment on column registry.named.type is 'Registry type';
comment on column registry.named.basis is 'The fields searched and the edition of the folding';

create function registry.areas_as_of(root text, day date, known timestamptz) returns setof text
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
comment on function registry.areas_as_of is 'An area and everything below it, as the trees held on a day as known at an instant; areas that ended stand below their successor';

create table registry.reader (
  name text primary key,
  position bigint not null
);
comment on table registry.reader is 'How far work that follows the ledger has come';
comment on column registry.reader.name is 'The work, such as duplicates';
comment on column registry.reader.position is 'Position of the last entry it has dealt with; -1 before the first';

create function registry.folded_identifier(value text) returns text
language sql immutable parallel safe
return ltrim(regexp_replace(lower(value), '[^[:alnum:]]', '', 'g'), '0');
comment on function registry.folded_identifier is 'An identifier without case, separators and leading zeros, so that spellings of one meet';

-- Most identifiers are written in the folded form, and are found by the primary key.
create index external_id_odd on registry.external_id (type, lower(system), registry.folded_identifier(value))
where system <> lower(system) or value <> registry.folded_identifier(value);

create table registry.erasure (
  type text not null,
  id text collate "C" not null,
  at timestamptz not null,
  actor text not null,
  reason text not null,
  versions integer not null,
  followed boolean not null default false,
  primary key (type, id, at)
);
comment on table registry.erasure is 'Records whose personal data was erased; the list that a restore applies to an older backup';
comment on column registry.erasure.type is 'Registry type of the record';
comment on column registry.erasure.id is 'The record';
comment on column registry.erasure.at is 'When it was erased: what was recorded up to then';
comment on column registry.erasure.actor is 'Who erased it';
comment on column registry.erasure.reason is 'On what ground; nothing personal';
comment on column registry.erasure.versions is 'How many versions it was erased from';
comment on column registry.erasure.followed is 'True once what hung on the record, such as documents of its cases, was erased as well';

create table registry.hold (
  type text not null,
  id text collate "C" not null,
  placed_at timestamptz not null,
  placed_by text not null,
  reason text not null,
  until date,
  released_at timestamptz,
  released_by text,
  primary key (type, id, placed_at)
);
comment on table registry.hold is 'Records whose personal data may not be erased, such as for a case in court';
comment on column registry.hold.type is 'Registry type of the record';
comment on column registry.hold.id is 'The record';
comment on column registry.hold.placed_at is 'Since when';
comment on column registry.hold.placed_by is 'Who placed it';
comment on column registry.hold.reason is 'On what ground; nothing personal';
comment on column registry.hold.until is 'First Indian day on which it no longer binds; null until it is released';
comment on column registry.hold.released_at is 'When it was released; null while it binds';
comment on column registry.hold.released_by is 'Who released it';

create table registry.tally (
  key text not null,
  area text collate "C" not null,
  values numeric[] not null,
  primary key (area, key)
);
comment on table registry.tally is 'What public reports count in areas above the village; all of it can be made anew';
comment on column registry.tally.key is 'Digest of what is counted: the records and the measures over them';
comment on column registry.tally.area is 'The area';
comment on column registry.tally.values is 'The values, in the order of the measures';

create table registry.tally_kept (
  key text primary key,
  at timestamptz not null
);
comment on table registry.tally_kept is 'What was counted for all areas, and is kept up since';
comment on column registry.tally_kept.key is 'Digest of what is counted';
comment on column registry.tally_kept.at is 'When all of it was counted anew';
