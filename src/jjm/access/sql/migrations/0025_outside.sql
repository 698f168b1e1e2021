create table access.outside_identity (
  provider text not null,
  subject text not null,
  person text not null references access.person (id),
  linked_at timestamptz not null,
  linked_by text not null,
  primary key (provider, subject)
);
create index outside_identity_person on access.outside_identity (person);
comment on table access.outside_identity is 'Who people are at outside OpenID Connect providers';
comment on column access.outside_identity.provider is 'Name of the provider in the node file';
comment on column access.outside_identity.subject is 'The person there: `sub` of the ID token';
comment on column access.outside_identity.person is 'The person here';
comment on column access.outside_identity.linked_at is 'Since when';
comment on column access.outside_identity.linked_by is 'The officer who linked them, or `verified-email`';

create table access.outside_visit (
  state_digest bytea primary key,
  provider text not null,
  nonce text not null,
  verifier bytea not null,
  binding bytea not null,
  began_at timestamptz not null,
  address text
);
create index outside_visit_began on access.outside_visit (began_at);
comment on table access.outside_visit is 'Visits to outside providers that are under way; each ends with the first answer, or after ten minutes';
comment on column access.outside_visit.state_digest is 'SHA-256 of `state`';
comment on column access.outside_visit.provider is 'Name of the provider';
comment on column access.outside_visit.nonce is 'What the ID token must repeat';
comment on column access.outside_visit.verifier is 'The PKCE verifier, sealed';
comment on column access.outside_visit.binding is 'SHA-256 of the cookie of the browser that began it';
comment on column access.outside_visit.began_at is 'When it began';
comment on column access.outside_visit.address is 'Network address from which it was begun';
