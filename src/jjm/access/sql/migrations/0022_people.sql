create table access.person (
  id text collate "C" primary key,
  place text not null,
  areas text[] not null,
  contact bytea,
  phone_blind bytea,
  email_blind bytea,
  language text,
  password text,
  password_at timestamptz,
  totp bytea,
  totp_step bigint,
  created_at timestamptz not null,
  created_by text not null,
  closed_at timestamptz,
  closed_by text
);
create unique index person_phone on access.person (phone_blind) where closed_at is null;
create unique index person_email on access.person (email_blind) where closed_at is null;
comment on table access.person is 'Accounts of people; the identifier is a pseudonym and stands as actor in versions and in the ledger';
comment on column access.person.id is 'PER-…';
comment on column access.person.place is 'Where the account belongs: node, level/code or department_unit/ID; its officers look after it';
comment on column access.person.areas is 'Identifiers of the areas that the place stood for when the account was made; none for the node';
comment on column access.person.contact is 'Name, telephone and e-mail, sealed; null once forgotten';
comment on column access.person.phone_blind is 'HMAC of the telephone number, by which it is found';
comment on column access.person.email_blind is 'HMAC of the e-mail address, by which it is found';
comment on column access.person.language is 'Language in which messages are written to the person';
comment on column access.person.password is 'Argon2id of the password, with its parameters; null for who has none';
comment on column access.person.password_at is 'When the password was set';
comment on column access.person.totp is 'Secret of the one-time codes (RFC 6238), sealed; null for who has none';
comment on column access.person.totp_step is 'Step of the last code that was taken; none is taken twice';
comment on column access.person.created_at is 'When the account was made';
comment on column access.person.created_by is 'Who made it';
comment on column access.person.closed_at is 'Nobody signs in from this instant on; null while it is open';
comment on column access.person.closed_by is 'Who closed it';

create table access.code (
  id text primary key,
  kind text not null,
  person text not null references access.person (id),
  digest bytea unique,
  totp bytea,
  reason text,
  asked_at timestamptz not null,
  asked_by text not null,
  given_at timestamptz,
  given_by text,
  expires_at timestamptz,
  used_at timestamptz,
  withdrawn_at timestamptz
);
create index code_person on access.code (person, asked_at);
comment on table access.code is 'One-time codes by which a person sets a password: invitations, and recoveries by an officer';
comment on column access.code.id is 'Short public name';
comment on column access.code.kind is 'invitation or recovery';
comment on column access.code.person is 'For whom';
comment on column access.code.digest is 'SHA-256 of the code; null until a second officer has agreed';
comment on column access.code.totp is 'Secret of one-time codes offered with it, sealed';
comment on column access.code.reason is 'Why it was asked for';
comment on column access.code.asked_at is 'When it was asked for';
comment on column access.code.asked_by is 'Who asked for it';
comment on column access.code.given_at is 'When it was given out; null while it waits for a second officer';
comment on column access.code.given_by is 'Who gave it out';
comment on column access.code.expires_at is 'Refused from this instant on';
comment on column access.code.used_at is 'When it was used';
comment on column access.code.withdrawn_at is 'Refused from this instant on, since another one took its place or the account was closed';

create table access.event (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  kind text not null,
  person text,
  address text,
  detail text
);
create index event_person on access.event (person, at desc);
create index event_at on access.event (at);
comment on table access.event is 'What happened at the doors: sign-ins, failures, locks, recoveries; kept for two years';
comment on column access.event.id is 'Counts';
comment on column access.event.at is 'When';
comment on column access.event.kind is 'signed-in, refused, locked, signed-out, recovered and so on';
comment on column access.event.person is 'Whose account; null where it is not known whether there is one';
comment on column access.event.address is 'Network address from which it came; an IPv6 address by its network of 64 bits';
comment on column access.event.detail is 'By what means, or by whom; no secret and no name';
