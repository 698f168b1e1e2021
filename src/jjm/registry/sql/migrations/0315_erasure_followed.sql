-- What hangs on a record is erased with it; what an older release erased is followed at the next start.
alter table registry.erasure add column followed boolean not null default false;
comment on column registry.erasure.followed is 'True once what hung on the record, such as documents of its cases, was erased as well';
