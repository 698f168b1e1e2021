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
  contact jsonb not null
);
comment on table access.participant_contact is 'Whom to write to; personal data, kept apart and forgotten with a refusal';
comment on column access.participant_contact.participant is 'Of which participant';
comment on column access.participant_contact.contact is 'Name, email and telephone';

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
  is_part boolean not null default false
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

create table access.journal (
  name text primary key,
  taken_at timestamptz not null
);
comment on table access.journal is 'Journals of readings that were taken in, until their files are gone';
comment on column access.journal.name is 'Name of the file';
comment on column access.journal.taken_at is 'When it was taken in';

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
