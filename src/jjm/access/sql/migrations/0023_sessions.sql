create table access.session (
  id text primary key,
  secret_digest bytea not null unique,
  person text not null references access.person (id),
  means text not null,
  is_strong boolean not null,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  idle interval not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  address text,
  program text
);
create index session_person on access.session (person, created_at);
comment on table access.session is 'Sessions of people; the secret itself is never stored';
comment on column access.session.id is 'Short public name';
comment on column access.session.secret_digest is 'SHA-256 of the secret';
comment on column access.session.person is 'Who signed in';
comment on column access.session.means is 'How: password, password+code, phone, or outside:NAME of the provider';
comment on column access.session.is_strong is 'True if two factors were shown; roles that ask for a second one count in no other session';
comment on column access.session.created_at is 'When it began';
comment on column access.session.seen_at is 'When it was last used, to within a minute';
comment on column access.session.idle is 'Ends after so long without use';
comment on column access.session.expires_at is 'Ends at this instant in any case';
comment on column access.session.ended_at is 'When it was ended; null while it was not';
comment on column access.session.address is 'Network address from which it was begun';
comment on column access.session.program is 'What the browser or program calls itself';

create table access.attempt (
  key bytea primary key,
  failures integer not null,
  at timestamptz not null
);
create index attempt_at on access.attempt (at);
comment on table access.attempt is 'Attempts to sign in that failed or are under way; forgotten a day after the last';
comment on column access.attempt.key is 'HMAC of what is counted: an account as it was named, an address, or both together';
comment on column access.attempt.failures is 'How many since the last success';
comment on column access.attempt.at is 'When the last was made';

create table access.phone_code (
  id text primary key,
  phone_blind bytea not null,
  phone bytea not null,
  digest bytea not null,
  sent_at timestamptz not null,
  expires_at timestamptz not null,
  tries integer not null default 0,
  used_at timestamptz,
  address text
);
create index phone_code_phone on access.phone_code (phone_blind, sent_at);
create index phone_code_address on access.phone_code (address, sent_at);
comment on table access.phone_code is 'Codes sent to telephones; forgotten after a day';
comment on column access.phone_code.id is 'Public name under which it is asked for';
comment on column access.phone_code.phone_blind is 'HMAC of the telephone number';
comment on column access.phone_code.phone is 'The telephone number, sealed';
comment on column access.phone_code.digest is 'HMAC of the code, under a key that the database does not hold';
comment on column access.phone_code.sent_at is 'When it was sent';
comment on column access.phone_code.expires_at is 'Refused from this instant on';
comment on column access.phone_code.tries is 'How often a code was tried';
comment on column access.phone_code.used_at is 'When it was used';
comment on column access.phone_code.address is 'Network address from which it was asked for';
