-- name: people_to_wrap
-- Accounts behind one that need another master key than this.
select id as key, contact as first, totp as second
from access.person
where id > :after and (substr(contact, 17, 4) <> :current or substr(totp, 17, 4) <> :current)
order by id
limit :most;

-- name: wrap_people!
-- Keep accounts under another master key, where they are still as they were.
update access.person t
set contact = u.first, totp = u.second, phone_blind = u.phone_blind, email_blind = u.email_blind
from unnest(
  :keys::text[], :was_first::bytea[], :was_second::bytea[], :first::bytea[], :second::bytea[], :phone_blinds::bytea[],
  :email_blinds::bytea[]
) u (key, was_first, was_second, first, second, phone_blind, email_blind)
where t.id = u.key and t.contact is not distinct from u.was_first and t.totp is not distinct from u.was_second;

-- name: codes_to_wrap
-- One-time codes behind one that need another master key than this.
select id as key, totp as first from access.code
where id > :after and substr(totp, 17, 4) <> :current
order by id
limit :most;

-- name: wrap_codes!
-- Keep one-time codes under another master key, where they are still as they were.
update access.code t set totp = u.first
from unnest(:keys::text[], :was_first::bytea[], :first::bytea[]) u (key, was_first, first)
where t.id = u.key and t.totp = u.was_first;

-- name: phone_codes_to_wrap
-- Codes sent to telephones, behind one, that need another master key than this.
select id as key, phone as first, code as second from access.phone_code
where id > :after and (substr(phone, 17, 4) <> :current or substr(code, 17, 4) <> :current)
order by id
limit :most;

-- name: wrap_phone_codes!
-- Keep codes sent to telephones under another master key, where they are still as they were.
update access.phone_code t set phone = u.first, code = u.second, phone_blind = u.phone_blind
from unnest(
  :keys::text[], :was_first::bytea[], :was_second::bytea[], :first::bytea[], :second::bytea[], :phone_blinds::bytea[]
) u (key, was_first, was_second, first, second, phone_blind)
where t.id = u.key and t.phone = u.was_first and t.code = u.was_second;

-- name: contacts_to_wrap
-- Contacts of participants behind one that need another master key than this.
select participant as key, sealed as first from access.participant_contact
where participant > :after and substr(sealed, 17, 4) <> :current
order by participant
limit :most;

-- name: wrap_contacts!
-- Keep contacts of participants under another master key, where they are still as they were.
update access.participant_contact t set sealed = u.first
from unnest(:keys::text[], :was_first::bytea[], :first::bytea[]) u (key, was_first, first)
where t.participant = u.key and t.sealed = u.was_first;

-- name: visits_to_wrap
-- Visits to providers behind one that need another master key than this.
select encode(state_digest, 'hex') as key, verifier as first from access.outside_visit
where encode(state_digest, 'hex') > :after and substr(verifier, 17, 4) <> :current
order by 1
limit :most;

-- name: wrap_visits!
-- Keep visits to providers under another master key, where they are still as they were.
update access.outside_visit t set verifier = u.first
from unnest(:keys::text[], :was_first::bytea[], :first::bytea[]) u (key, was_first, first)
where t.state_digest = decode(u.key, 'hex') and t.verifier = u.was_first;

-- name: consents_to_wrap
-- Consents behind one that need another master key than this.
select id as key, phone as first from access.consent
where id > :after and substr(phone, 17, 4) <> :current
order by id
limit :most;

-- name: wrap_consents!
-- Keep consents under another master key, where they are still as they were.
update access.consent t set phone = u.first
from unnest(:keys::text[], :was_first::bytea[], :first::bytea[]) u (key, was_first, first)
where t.id = u.key and t.phone = u.was_first;
