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
