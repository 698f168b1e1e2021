-- Sums of public reports, kept up to the registries by reading the ledger.
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
