create schema if not exists access;
comment on schema access is 'Who may do what on this node';

create table access.token (
  id text primary key,
  name text not null,
  secret_digest bytea not null unique,
  scopes text[] not null,
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz,
  revoked_at timestamptz
);
comment on table access.token is 'Tokens given to people and programs; the secret itself is never stored';
comment on column access.token.id is 'Short public name of the token';
comment on column access.token.name is 'Name that stands as actor in every version made with the token';
comment on column access.token.secret_digest is 'SHA-256 of the secret';
comment on column access.token.scopes is 'read, personal, write, admin';
comment on column access.token.created_at is 'When it was made';
comment on column access.token.created_by is 'Who made it';
comment on column access.token.expires_at is 'Refused from this instant on; null for no end';
comment on column access.token.revoked_at is 'Refused from this instant on; null while it is good';
