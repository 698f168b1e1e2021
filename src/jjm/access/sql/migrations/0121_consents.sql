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
  type text not null,
  records text[] collate "C" not null,
  outcome text not null,
  code text
);
create index consent_use_of on access.consent_use (consent, id desc);
comment on table access.consent_use is 'Readings under consents, and those that were refused';
comment on column access.consent_use.id is 'Number of the entry';
comment on column access.consent_use.consent is 'Identifier of the consent';
comment on column access.consent_use.reader is 'Application or account that read';
comment on column access.consent_use.at is 'When';
comment on column access.consent_use.way is 'By which call: record, list, history, feed, export';
comment on column access.consent_use.type is 'Type of the records';
comment on column access.consent_use.records is 'Identifiers of the records';
comment on column access.consent_use.outcome is 'used or refused';
comment on column access.consent_use.code is 'Why it was refused';

alter table access.reading add column consent text;
comment on column access.reading.consent is 'Consent that it was read under';
