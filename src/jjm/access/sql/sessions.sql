-- name: open_attempts!
-- Begin to count under these keys.
insert into access.attempt (key, failures, at)
select key, 0, :now from unnest(:keys::bytea[]) as key order by key
on conflict do nothing;

-- name: attempts
-- How often it was tried under these keys, held until the end of the transaction.
select key, failures, at from access.attempt where key = any(:keys::bytea[]) order by key for update;

-- name: count_attempt!
-- Count an attempt before it is looked at, so that many at once count as many.
update access.attempt set failures = :failures, at = :now where key = :key;

-- name: forget_attempts!
-- It was the right one: nothing under these keys has failed.
delete from access.attempt where key = any(:keys::bytea[]);

-- name: uncount_attempt!
-- It was the right one: it does not count against the address.
update access.attempt set failures = greatest(failures - 1, 0) where key = :key;

-- name: tidy_attempts!
-- Forget what is too old to count.
delete from access.attempt where at < :before;

-- name: is_familiar$
-- True if the account has signed in from this address before.
select exists (
  select from access.session
  where person = :person and address = :address and created_at > :since
);

-- name: add_session!
-- Keep a new session.
insert into access.session (
  id, secret_digest, person, means, is_strong, created_at, seen_at, idle, expires_at, address, program
)
values (
  :id, :secret_digest, :person, :means, :is_strong, :created_at, :created_at, :idle, :expires_at, :address, :program
);

-- name: session_by_secret^
-- The session with this secret, unless it was ended or its account closed.
select s.id, s.person, s.means, s.is_strong, s.seen_at, s.idle, s.expires_at
from access.session s
join access.person p on p.id = s.person
where s.secret_digest = :secret_digest
  and s.ended_at is null
  and s.expires_at > :now
  and p.closed_at is null;

-- name: sessions
-- The sessions of a person that may still be used, newest first.
select id, means, is_strong, created_at, seen_at, idle, expires_at, address, program
from access.session
where person = :person and ended_at is null and expires_at > :now and seen_at + idle > :now
order by created_at desc, id;

-- name: seen!
-- A session was used.
update access.session set seen_at = greatest(seen_at, :at) where id = :id and ended_at is null;

-- name: end_session$
-- End a session of this person.
update access.session set ended_at = :now
where id = :id and person = :person and ended_at is null
returning id;

-- name: end_sessions!
-- End the sessions of a person, but for one.
update access.session set ended_at = :now
where person = :person and ended_at is null and id is distinct from :kept;

-- name: phone_codes_sent^
-- How many codes were sent lately to this telephone, and asked for from this address.
select
  count(*) filter (where phone_blind = any(:phone_blinds::bytea[]) and address = :address and sent_at > :hour) as hour,
  count(*) filter (where phone_blind = any(:phone_blinds::bytea[]) and address = :address) as day,
  count(*) filter (where phone_blind = any(:phone_blinds::bytea[]) and sent_at > :hour) as to_phone_hour,
  count(*) filter (where address = :address and sent_at > :hour) as from_address_hour,
  max(sent_at) filter (where phone_blind = any(:phone_blinds::bytea[]) and address = :address) as last
from access.phone_code
where sent_at > :day and (phone_blind = any(:phone_blinds::bytea[]) or address = :address);

-- name: one_at_a_time$
-- Held until the end of the transaction, by one at a time.
select pg_advisory_xact_lock(7219020);

-- name: add_phone_code!
-- A code is on its way to a telephone.
insert into access.phone_code (id, phone_blind, phone, code, sent_at, expires_at, address)
values (:id, :phone_blind, :phone, :code, :sent_at, :expires_at, :address);

-- name: drop_phone_codes!
-- Codes sent before to this telephone are not taken any more.
update access.phone_code set expires_at = :now where phone_blind = any(:phone_blinds::bytea[]) and expires_at > :now;

-- name: try_phone_code^
-- Count a try at a code that is still good, and what it must be.
update access.phone_code set tries = tries + 1
where id = :id and used_at is null and expires_at > :now and tries < :most
returning id, phone, code;

-- name: use_phone_code$
-- Use a code up.
update access.phone_code set used_at = :now where id = :id and used_at is null returning id;

-- name: tidy_phone_codes!
-- Forget codes sent before an instant.
delete from access.phone_code where sent_at < :before;
