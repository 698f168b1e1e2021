-- name: add_consent!
-- Keep what a person is asked for, or an artefact that came from elsewhere.
insert into access.consent
  (id, person, phone, consumer, purpose, document, notice, area_ids, records, times, status, starts_at, ends_at,
   asked_at, asked_by, decided_at, means, signed_by, renews)
values
  (:id, :person, :phone, :consumer, :purpose, :document, :notice, :area_ids, :records, :times, :status,
   :starts_at, :ends_at, :now, :actor, :decided_at, :means, :signed_by, :renews);

-- name: consent^
-- One consent.
select * from access.consent where id = :id;

-- name: lock_consent^
-- One consent, held until the decision about it is committed.
select * from access.consent where id = :id for update;

-- name: consents_of
-- Consents of a person, newest first, behind one of them.
select * from access.consent
where person = :person and (asked_at, id) < (:before, :below)
order by asked_at desc, id desc
limit :most;

-- name: consents_for
-- Consents that a consumer asked for, behind an identifier; of every consumer for a keeper.
select * from access.consent
where (consumer = :consumer or :everybody::boolean) and id > :after
order by id
limit :most;

-- name: waiting_for$
-- How many requests of a consumer wait for the answer of a person.
select count(*) from access.consent
where person = :person and consumer = :consumer and status = 'REQUESTED' and ends_at > :now;

-- name: decide_consent!
-- A consent stands otherwise from now on; once it has ended, the number of the person is not kept with it.
update access.consent
set status = :status, decided_at = :now, means = :means, records = coalesce(:records::text[], records),
  phone = case when :has_ended::boolean then null else phone end
where id = :id;

-- name: over_consents
-- Consents whose time is over and that still stand as if it were not; each is held until that is written down.
select * from access.consent
where status in ('REQUESTED', 'GRANTED', 'PAUSED') and ends_at <= :now
order by ends_at, id
limit :most
for update skip locked;

-- name: open_consents_of
-- The consents of a person that have not ended; each is held until it is decided.
select * from access.consent
where person = :person and status in ('REQUESTED', 'GRANTED', 'PAUSED')
order by id
for update;

-- name: about_records
-- Consents that a consumer was given, or once was, for a purpose, about some of these records; newest first.
select * from access.consent
where records && :records::text[] and consumer = :consumer and purpose = :purpose
order by asked_at desc, id desc
limit :most;

-- name: count_in_force$
-- How many of these consents open something at an instant.
select count(*) from access.consent
where id = any(:ids::text[]) and status = 'GRANTED' and starts_at <= :now and ends_at > :now;

-- name: count_uses
-- Count one reading under each consent in its period; those that come back may be used.
insert into access.consent_count as counted (consent, period_start, uses)
select u.consent, u.period_start, 1
from unnest(:consents::text[], :periods::timestamptz[]) u(consent, period_start)
order by u.consent
on conflict (consent, period_start) do update set uses = counted.uses + 1
where counted.uses < (select c.times from access.consent c where c.id = counted.consent)
returning consent;

-- name: add_consent_use*!
-- Write down a reading under a consent, or one that was refused.
insert into access.consent_use (consent, reader, at, way, type, records, outcome, code)
values (:consent, :reader, :at, :way, :type, :records, :outcome, :code);

-- name: add_refusal!
-- Write down an act that was refused, unless there are as many of its doer as are written down in a while.
insert into access.consent_use (consent, reader, at, way, type, records, outcome, code)
select :consent, :reader, :now, :act, null, '{}', 'refused', :code
where (
  select count(*) from access.consent_use
  where consent = :consent and reader = :reader and type is null and at > :since
) < :most;

-- name: consent_uses
-- Readings under a consent, those refused, and refused acts, newest first.
select id, reader, at, way, type, records, outcome, code
from access.consent_use
where consent = :consent and id < :below
order by id desc
limit :most;

-- name: forget_record!
-- A record is erased: no consent names it any more.
update access.consent set records = array_remove(records, :id) where records && array[:id]::text[];
