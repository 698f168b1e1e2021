create schema if not exists federation;
comment on schema federation is 'Other nodes: the list of them, and how far each is followed';

create table federation.list (
  singleton boolean primary key default true check (singleton),
  serial bigint not null,
  issued timestamptz not null,
  signed text not null,
  digest bytea,
  fetched_at timestamptz not null,
  tried_at timestamptz not null,
  fault text
);
comment on table federation.list is 'The last good list of nodes: one row; on the Centre''s node the one it issued';
comment on column federation.list.singleton is 'Always true; keeps the table at one row';
comment on column federation.list.serial is 'Number of the list; rises with every change of it';
comment on column federation.list.issued is 'When the Centre signed it, by the Centre''s clock';
comment on column federation.list.signed is 'The list as the Centre signed it (compact JWS)';
comment on column federation.list.digest is 'SHA-256 of the nodes in it, by which the Centre notices a change';
comment on column federation.list.fetched_at is 'When it was last had from the Centre';
comment on column federation.list.tried_at is 'When the Centre was last asked';
comment on column federation.list.fault is 'Why the last try brought no good list; null where it did';
