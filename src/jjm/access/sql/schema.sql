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

create table access.field_list (
  id integer generated always as identity primary key,
  fields text collate "C" not null unique
);
comment on table access.field_list is 'Lists of personal fields that were shown together, each once for all readings of it';
comment on column access.field_list.id is 'Counts';
comment on column access.field_list.fields is 'Names of the fields, sorted, with a space between';

create table access.reading (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  until timestamptz not null,
  answers integer not null,
  reader text not null,
  kind text not null,
  reader_id text,
  participant text,
  agreement text,
  purpose text not null,
  type text not null,
  way text not null,
  ids text[] collate "C",
  areas text[],
  first_position bigint,
  last_position bigint,
  is_part boolean not null default false,
  field_list integer references access.field_list (id),
  consent text
);
create index reading_ids on access.reading using gin (ids) where ids is not null;
create index reading_extents on access.reading (type, at) where ids is null;
create index reading_at on access.reading (at);
comment on table access.reading is 'Who was shown personal data, what for and when: of records by name, or of a stretch of a type';
comment on column access.reading.id is 'Number of the entry';
comment on column access.reading.at is 'Instant of the first answer that showed it';
comment on column access.reading.until is 'Instant of the last one';
comment on column access.reading.answers is 'How many answers';
comment on column access.reading.reader is 'Name of the reader as it stands in versions';
comment on column access.reading.kind is 'What the reader is: token, person, application, node';
comment on column access.reading.reader_id is 'Identifier of the token, person or application';
comment on column access.reading.participant is 'Partner that the application belongs to';
comment on column access.reading.agreement is 'Agreement that it was read under';
comment on column access.reading.purpose is 'What it was read for, of the codelist purpose';
comment on column access.reading.type is 'Type of the records';
comment on column access.reading.way is 'By which call: record, list, history, search, lookup, feed, export, change';
comment on column access.reading.ids is 'Identifiers of the records; null for a stretch of the type';
comment on column access.reading.areas is 'Of a stretch: the areas whose records it held; null for all';
comment on column access.reading.first_position is 'Of a stretch of the feed: ledger position of its first change';
comment on column access.reading.last_position is 'Of a stretch: ledger position up to which it reached';
comment on column access.reading.is_part is 'True for a stretch of which a filter let only some through';
comment on column access.reading.field_list is 'Which personal fields were shown; null where it was noted before this was';
comment on column access.reading.consent is 'Consent that it was read under';

create table access.journal (
  name text primary key,
  taken_at timestamptz not null
);
comment on table access.journal is 'Journals of readings that were taken in, until their files are gone';
comment on column access.journal.name is 'Name of the file';
comment on column access.journal.taken_at is 'When it was taken in';

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
create index person_place on access.person (place, id);
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
  code bytea not null,
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
comment on column access.phone_code.code is 'The code, sealed';
comment on column access.phone_code.sent_at is 'When it was sent';
comment on column access.phone_code.expires_at is 'Refused from this instant on';
comment on column access.phone_code.tries is 'How often a code was tried';
comment on column access.phone_code.used_at is 'When it was used';
comment on column access.phone_code.address is 'Network address from which it was asked for';

create table access.role_grant (
  id text collate "C" primary key,
  person text not null references access.person (id),
  role text not null,
  place text not null,
  starts_on date not null,
  ends_on date,
  original text references access.role_grant (id),
  reason text,
  asked_at timestamptz not null,
  asked_by text not null,
  asked_by_person text,
  approved_at timestamptz,
  approved_by text,
  ended_at timestamptz,
  ended_by text,
  ended_why text
);
create index role_grant_person on access.role_grant (person);
create index role_grant_role on access.role_grant (role);
create index role_grant_original on access.role_grant (original);
create index role_grant_waiting on access.role_grant (asked_at) where approved_at is null and ended_at is null;
comment on table access.role_grant is 'Roles granted to people for a place and a time; nothing is erased';
comment on column access.role_grant.id is 'GRA-…';
comment on column access.role_grant.person is 'To whom';
comment on column access.role_grant.role is 'Role of standards/roles.yaml';
comment on column access.role_grant.place is 'For which place: node, level/code or department_unit/ID';
comment on column access.role_grant.starts_on is 'First Indian day on which it holds';
comment on column access.role_grant.ends_on is 'Last day; null for no end';
comment on column access.role_grant.original is 'The grant that was passed on by delegation; this one ends with it';
comment on column access.role_grant.reason is 'Order, post or other reason';
comment on column access.role_grant.asked_at is 'When it was made';
comment on column access.role_grant.asked_by is 'Who made it';
comment on column access.role_grant.asked_by_person is 'The account of who made it; null for the keeper of the node with a token';
comment on column access.role_grant.approved_at is 'When it was agreed to; null while it waits for a second person';
comment on column access.role_grant.approved_by is 'Who agreed: the second person, or who made it where one suffices';
comment on column access.role_grant.ended_at is 'When it was revoked, given up, or refused by the second person';
comment on column access.role_grant.ended_by is 'Who ended it';
comment on column access.role_grant.ended_why is 'Why';

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

create table access.decision (
  type text not null,
  subject text not null,
  version integer not null,
  change text not null,
  at timestamptz not null,
  actor text not null,
  document text not null,
  entry bigint not null,
  primary key (type, subject, version)
);
comment on table access.decision is 'Decisions about access as they were entered in the ledger; without personal data';
comment on column access.decision.type is 'What it is about, such as access.participant';
comment on column access.decision.subject is 'Identifier of the participant, application or key';
comment on column access.decision.version is 'Counts the decisions about that subject from 1';
comment on column access.decision.change is 'What was decided, such as approve';
comment on column access.decision.at is 'When';
comment on column access.decision.actor is 'By whom; a pseudonym, as in every version';
comment on column access.decision.document is 'The canonical JSON whose SHA-256 is the digest in the ledger';
comment on column access.decision.entry is 'Its place: batch * 65536 + slot';

create table access.participant (
  id text primary key,
  kind text not null,
  name text not null,
  node text,
  about text not null,
  state text not null,
  areas text[] not null default '{}',
  calls_per_minute integer,
  requested_at timestamptz not null,
  decided_at timestamptz,
  decided_by text,
  reason text
);
create index participant_state on access.participant (state, id);
comment on table access.participant is 'Partners of this node: departments, vendors, laboratories, universities, other nodes';
comment on column access.participant.id is 'PAR-…';
comment on column access.participant.kind is 'Code of participant-kind';
comment on column access.participant.name is 'Name of the organisation';
comment on column access.participant.node is 'Name of the node, where the participant is one';
comment on column access.participant.about is 'What it wants to do here, in its own words';
comment on column access.participant.state is 'requested, approved, refused or suspended';
comment on column access.participant.areas is 'Areas, such as state/21, whose records here are its own, so that it may share them';
comment on column access.participant.calls_per_minute is 'Calls a minute of all its applications together; null for what everybody has';
comment on column access.participant.requested_at is 'When it asked to become one';
comment on column access.participant.decided_at is 'When its state was last decided';
comment on column access.participant.decided_by is 'Who decided; a pseudonym';
comment on column access.participant.reason is 'Why it was refused or suspended';

create table access.participant_contact (
  participant text primary key references access.participant (id),
  sealed bytea not null
);
comment on table access.participant_contact is 'Whom to write to; personal data, kept apart and forgotten with a refusal';
comment on column access.participant_contact.participant is 'Of which participant';
comment on column access.participant_contact.sealed is 'Name, email and telephone as JSON, sealed by the vault of the node';

create table access.application (
  id text primary key,
  participant text not null references access.participant (id),
  name text not null,
  environment text not null,
  asked text[] not null,
  scopes text[] not null default '{}',
  state text not null,
  requested_at timestamptz not null,
  decided_at timestamptz,
  decided_by text,
  reason text
);
create index application_participant on access.application (participant, id);
comment on table access.application is 'Programs of participants; each has keys and permits of its own';
comment on column access.application.id is 'APP-…; the client_id of OAuth, and the actor in versions it makes';
comment on column access.application.participant is 'Whose it is';
comment on column access.application.name is 'Name of the program';
comment on column access.application.environment is 'sandbox or live; it can speak only to nodes of that kind';
comment on column access.application.asked is 'Permits it asked for';
comment on column access.application.scopes is 'Permits it was given, such as scheme:write@state/21';
comment on column access.application.state is 'requested, approved, refused or suspended';
comment on column access.application.requested_at is 'When it was asked for';
comment on column access.application.decided_at is 'When its state was last decided';
comment on column access.application.decided_by is 'Who decided; a pseudonym';
comment on column access.application.reason is 'Why it was refused or suspended';

create table access.application_key (
  application text not null references access.application (id),
  kid text not null,
  jwk jsonb not null,
  thumbprint text not null,
  not_before timestamptz not null,
  expires_at timestamptz not null,
  state text not null,
  added_at timestamptz not null,
  added_by text not null,
  reason text,
  primary key (application, kid),
  unique (application, thumbprint)
);
comment on table access.application_key is 'Public keys by which applications show who they are';
comment on column access.application_key.application is 'Whose key';
comment on column access.application_key.kid is 'Name of the key, as in the header of what it signs';
comment on column access.application_key.jwk is 'The public key (RFC 7517)';
comment on column access.application_key.thumbprint is 'RFC 7638 thumbprint; one key is registered once';
comment on column access.application_key.not_before is 'Good from this instant on';
comment on column access.application_key.expires_at is 'Refused from this instant on, with every token got by it';
comment on column access.application_key.state is 'good, suspended or retired';
comment on column access.application_key.added_at is 'When it was registered';
comment on column access.application_key.added_by is 'By whom; a pseudonym';
comment on column access.application_key.reason is 'Why it was suspended or retired';

create table access.application_token (
  secret_digest bytea primary key,
  application text not null,
  kid text not null,
  scopes text[] not null,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  foreign key (application, kid) references access.application_key (application, kid)
);
create index application_token_end on access.application_token (expires_at);
comment on table access.application_token is 'Access tokens of applications, for minutes; the secret itself is never stored';
comment on column access.application_token.secret_digest is 'SHA-256 of the secret';
comment on column access.application_token.application is 'Whose token';
comment on column access.application_token.kid is 'The key it was got with, and dies with';
comment on column access.application_token.scopes is 'Permits it carries';
comment on column access.application_token.issued_at is 'When it was given';
comment on column access.application_token.expires_at is 'Refused from this instant on';

create table access.assertion (
  application text not null,
  jti_digest bytea not null,
  expires_at timestamptz not null,
  primary key (application, jti_digest)
);
create index assertion_end on access.assertion (expires_at);
comment on table access.assertion is 'Signed assertions that were used for a token, so that none is used twice';
comment on column access.assertion.application is 'Who made it';
comment on column access.assertion.jti_digest is 'SHA-256 of its jti';
comment on column access.assertion.expires_at is 'Kept until it is refused as expired anyway';

create table access.agreement (
  id text primary key,
  provider text not null,
  consumer text not null references access.participant (id),
  document text not null,
  purpose text not null,
  types text[] not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  supersedes text references access.agreement (id),
  drafted_at timestamptz not null,
  drafted_by text not null,
  agreed_at timestamptz,
  revoked_at timestamptz,
  revoked_by text,
  reason text
);
create index agreement_consumer on access.agreement (consumer, ends_at);
create index agreement_provider on access.agreement (provider, ends_at);
comment on table access.agreement is 'Data-sharing agreements; what is agreed never changes, another one takes its place';
comment on column access.agreement.id is 'AGR-…';
comment on column access.agreement.provider is 'Who shares: node, or a participant';
comment on column access.agreement.consumer is 'The participant that may read';
comment on column access.agreement.document is 'The canonical JSON that both sign';
comment on column access.agreement.purpose is 'Code of purpose';
comment on column access.agreement.types is 'Registry types it is about';
comment on column access.agreement.starts_at is 'In force from then on, once both have signed';
comment on column access.agreement.ends_at is 'No longer in force from then on';
comment on column access.agreement.supersedes is 'The agreement whose place it takes';
comment on column access.agreement.drafted_at is 'When it was drafted';
comment on column access.agreement.drafted_by is 'By whom; a pseudonym';
comment on column access.agreement.agreed_at is 'When the second side signed';
comment on column access.agreement.revoked_at is 'No longer in force from then on, whatever it says itself';
comment on column access.agreement.revoked_by is 'Who revoked it, or the agreement that took its place';
comment on column access.agreement.reason is 'Why it was revoked';

create table access.agreement_signature (
  agreement text not null references access.agreement (id),
  party text not null,
  kid text not null,
  jwk jsonb not null,
  signature text not null,
  signed_at timestamptz not null,
  signed_by text not null,
  primary key (agreement, party)
);
comment on table access.agreement_signature is 'Detached JWS of the sides over the canonical JSON of an agreement';
comment on column access.agreement_signature.agreement is 'What is signed';
comment on column access.agreement_signature.party is 'For which side: node, or a participant';
comment on column access.agreement_signature.kid is 'The key that signed';
comment on column access.agreement_signature.jwk is 'That key as it was, so that the signature can be checked for ever';
comment on column access.agreement_signature.signature is 'JWS without its payload (RFC 7515, appendix F)';
comment on column access.agreement_signature.signed_at is 'When';
comment on column access.agreement_signature.signed_by is 'By whom; a pseudonym';

create table access.agreement_count (
  agreement text not null references access.agreement (id),
  period_start timestamptz not null,
  uses integer not null,
  primary key (agreement, period_start)
);
comment on table access.agreement_count is 'How often an agreement was used in a period, where it limits that';
comment on column access.agreement_count.agreement is 'Which agreement';
comment on column access.agreement_count.period_start is 'Beginning of the period, counted from the beginning of the agreement';
comment on column access.agreement_count.uses is 'Uses in it';

create table access.agreement_use (
  id bigint generated always as identity primary key,
  agreement text not null references access.agreement (id),
  application text not null,
  at timestamptz not null,
  method text not null,
  path text not null,
  type text,
  fields text[],
  outcome text not null,
  code text,
  trace text not null
);
create index agreement_use_of on access.agreement_use (agreement, id);
comment on table access.agreement_use is 'Every use of an agreement and every refusal; both sides can read it';
comment on column access.agreement_use.id is 'In the order in which they were written';
comment on column access.agreement_use.agreement is 'Which agreement';
comment on column access.agreement_use.application is 'The program that called';
comment on column access.agreement_use.at is 'When it called';
comment on column access.agreement_use.method is 'How';
comment on column access.agreement_use.path is 'Where; without the query, which may hold values';
comment on column access.agreement_use.type is 'Registry type, where the call is about one';
comment on column access.agreement_use.fields is 'Fields that were asked for by name';
comment on column access.agreement_use.outcome is 'used, refused or failed';
comment on column access.agreement_use.code is 'Why it was refused or failed: the code of the problem';
comment on column access.agreement_use.trace is 'The trace number of the call';

create table access.usage (
  application text not null references access.application (id),
  day date not null,
  calls bigint not null,
  refused bigint not null,
  failed bigint not null,
  bytes bigint not null,
  primary key (application, day)
);
comment on table access.usage is 'Calls of applications by day in India, counted in memory and added up every ten seconds';
comment on column access.usage.application is 'Who called';
comment on column access.usage.day is 'Day in India';
comment on column access.usage.calls is 'Calls answered, in whatever way';
comment on column access.usage.refused is 'Of these, answered with a status from 400 to 499';
comment on column access.usage.failed is 'Of these, answered with a status from 500 on';
comment on column access.usage.bytes is 'Bytes of the bodies of the answers';

create table access.usage_refusal (
  application text not null references access.application (id),
  day date not null,
  status smallint not null,
  code text not null,
  calls bigint not null,
  primary key (application, day, status, code)
);
comment on table access.usage_refusal is 'What calls were refused for or failed by, by day in India';
comment on column access.usage_refusal.application is 'Who called';
comment on column access.usage_refusal.day is 'Day in India';
comment on column access.usage_refusal.status is 'Status of the answer';
comment on column access.usage_refusal.code is 'Code of the problem; empty where the answer was none';
comment on column access.usage_refusal.calls is 'How many calls';

create table access.usage_last (
  application text primary key references access.application (id),
  last_use timestamptz not null,
  position bigint
);
comment on table access.usage_last is 'When an application was last heard of, and how far it has read the feed';
comment on column access.usage_last.application is 'Who called';
comment on column access.usage_last.last_use is 'Its last call';
comment on column access.usage_last.position is 'The last X-Position that a feed answered it; null before the first';

create table access.consent (
  id text primary key collate "C",
  person text not null references access.person (id),
  phone bytea,
  consumer text not null collate "C",
  purpose text not null,
  document text not null,
  notice text not null,
  area_ids text[] not null,
  records text[] collate "C" not null default '{}',
  times integer not null,
  status text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  asked_at timestamptz not null,
  asked_by text not null,
  decided_at timestamptz,
  means text,
  signed_by text,
  renews text collate "C" references access.consent (id)
);
create index consent_person on access.consent (person, asked_at desc);
create index consent_consumer on access.consent (consumer, id);
create index consent_records on access.consent using gin (records);
create index consent_ends on access.consent (ends_at) where status in ('REQUESTED', 'GRANTED', 'PAUSED');
comment on table access.consent is 'What people were asked to let others see of them, and what they said';
comment on column access.consent.id is 'Identifier of the consent, as in its artefact';
comment on column access.consent.person is 'Pseudonym of the person who is asked';
comment on column access.consent.phone is 'The telephone number by which the person is known here, sealed; null once the consent has ended';
comment on column access.consent.consumer is 'Who may see: a participant or the account of a person';
comment on column access.consent.purpose is 'What for, of the codelist purpose';
comment on column access.consent.document is 'The artefact in the profile of the house, as canonical JSON, as it was asked for';
comment on column access.consent.notice is 'The notice in each language, as canonical JSON; the artefact carries its SHA-256';
comment on column access.consent.area_ids is 'Identifiers of the areas of the artefact';
comment on column access.consent.records is 'Records about the person on the day it was granted; it opens no others';
comment on column access.consent.times is 'Readings that are allowed in each period';
comment on column access.consent.status is 'REQUESTED, GRANTED, PAUSED, DENIED, REVOKED or EXPIRED';
comment on column access.consent.starts_at is 'When it begins';
comment on column access.consent.ends_at is 'When it expires';
comment on column access.consent.asked_at is 'When it was asked for, or taken in';
comment on column access.consent.asked_by is 'Who asked, as in the ledger';
comment on column access.consent.decided_at is 'When its status last changed';
comment on column access.consent.means is 'How the person showed who they are at the last decision: session, code, signed';
comment on column access.consent.signed_by is 'Who signed an artefact that came from elsewhere';
comment on column access.consent.renews is 'The consent whose place it is to take';

create table access.consent_count (
  consent text not null collate "C" references access.consent (id),
  period_start timestamptz not null,
  uses integer not null,
  primary key (consent, period_start)
);
comment on table access.consent_count is 'How often a consent was used in a period';
comment on column access.consent_count.consent is 'Identifier of the consent';
comment on column access.consent_count.period_start is 'Beginning of the period';
comment on column access.consent_count.uses is 'Readings in it so far';

create table access.consent_use (
  id bigint generated always as identity primary key,
  consent text not null collate "C" references access.consent (id),
  reader text not null,
  at timestamptz not null,
  way text not null,
  type text,
  records text[] collate "C" not null,
  outcome text not null,
  code text
);
create index consent_use_of on access.consent_use (consent, id desc);
comment on table access.consent_use is 'Readings under consents, those that were refused, and what was refused in their own life';
comment on column access.consent_use.id is 'Number of the entry';
comment on column access.consent_use.consent is 'Identifier of the consent';
comment on column access.consent_use.reader is 'Application or account that read, or tried';
comment on column access.consent_use.at is 'When';
comment on column access.consent_use.way is 'By which call: record, list, history, feed, export; or which act was refused, such as grant or import';
comment on column access.consent_use.type is 'Type of the records; null for an act';
comment on column access.consent_use.records is 'Identifiers of the records';
comment on column access.consent_use.outcome is 'used or refused';
comment on column access.consent_use.code is 'Why it was refused';
