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
