create table federation.bare (
  node text not null,
  type text not null,
  id text not null,
  version integer not null,
  change text not null,
  recorded_at timestamptz not null,
  actor text not null,
  digest bytea not null,
  is_erased boolean not null default false,
  primary key (node, type, id, version)
);
create index bare_record on federation.bare (node, id);
comment on table federation.bare is 'Versions of other nodes known by their entry alone, since who may not see all of them cannot check them';
comment on column federation.bare.node is 'Node that made the version';
comment on column federation.bare.type is 'Registry type';
comment on column federation.bare.id is 'Record';
comment on column federation.bare.version is 'Version';
comment on column federation.bare.change is 'What the version did';
comment on column federation.bare.recorded_at is 'When it was recorded, as the node entered it';
comment on column federation.bare.actor is 'Who recorded it, as the node entered it; a pseudonym';
comment on column federation.bare.digest is 'Digest of the version, as it stands in that node''s ledger';
comment on column federation.bare.is_erased is 'True once that node''s ledger says that what is personal in it was erased';
