-- name: add_person!
-- Keep a new account.
insert into access.person (id, place, areas, contact, phone_blind, email_blind, language, created_at, created_by)
values (:id, :place, :areas, :contact, :phone_blind, :email_blind, :language, :created_at, :created_by);

-- name: open_people
-- Those of these accounts that are open.
select id, place, areas, contact, language, password, password_at, totp, totp_step, created_at, created_by, closed_at
from access.person
where id = any(:ids::text[]) and closed_at is null
order by id;

-- name: person^
-- An account by its identifier.
select id, place, areas, contact, language, password, password_at, totp, totp_step, created_at, created_by, closed_at
from access.person
where id = :id;

-- name: locked_person^
-- The same, held until the end of the transaction: what is decided about an account is decided in turn.
select id, place, areas, contact, language, password, password_at, totp, totp_step, created_at, created_by, closed_at
from access.person
where id = :id
for update;

-- name: places_with_people
-- The places that accounts belong to, each read once from the index, however many accounts it has.
with recursive places as (
  (select place from access.person order by place limit 1)
  union all
  select (select p.place from access.person p where p.place > places.place order by p.place limit 1)
  from places where places.place is not null
)
select place from places where place is not null;

-- name: people
-- Accounts of these places behind an identifier, in order; with `role` of those to whom it is granted.
select p.id, place, areas, contact, language, password, password_at, totp, totp_step, created_at, created_by, closed_at
from unnest(:places::text[]) asked
cross join lateral (
  select * from access.person found
  where found.place = asked and found.id > :after
    and (:role::text is null or exists (
      select from access.role_grant g
      where g.person = found.id and g.role = :role and g.approved_at is not null and g.ended_at is null
        and g.starts_on <= :today and (g.ends_on is null or g.ends_on >= :today)
    ))
  order by found.id
  limit :most
) p
order by p.id
limit :most;

-- name: person_by_contact$
-- The open account with this telephone number or e-mail address.
select id from access.person
where (phone_blind = any(:blinds::bytea[]) or email_blind = any(:blinds::bytea[])) and closed_at is null;

-- name: set_contact!
-- Another way to reach a person.
update access.person
set contact = :contact, phone_blind = :phone_blind, email_blind = :email_blind, language = :language
where id = :id;

-- name: set_password!
-- Another password.
update access.person set password = :password, password_at = :now where id = :id;

-- name: set_totp!
-- Another secret of one-time codes, or none.
update access.person set totp = :totp, totp_step = :step where id = :id;

-- name: take_step$
-- Take a code's step, unless it or a later one was taken before.
update access.person
set totp_step = :step
where id = :id and (totp_step is null or totp_step < :step)
returning id;

-- name: close_person!
-- Nobody signs in to this account any more.
update access.person
set closed_at = :now, closed_by = :by, password = null, totp = null
where id = :id and closed_at is null;

-- name: add_code!
-- Keep a one-time code, or the wish for one that waits for a second officer.
insert into access.code (id, kind, person, digest, totp, reason, asked_at, asked_by, given_at, given_by, expires_at)
values (:id, :kind, :person, :digest, :totp, :reason, :asked_at, :asked_by, :given_at, :given_by, :expires_at);

-- name: give_code!
-- A second officer has agreed: the code is given out.
update access.code
set digest = :digest, totp = :totp, given_at = :given_at, given_by = :given_by, expires_at = :expires_at
where id = :id;

-- name: code_by_digest^
-- A one-time code that is still good.
select id, kind, person, reason, asked_at, asked_by, given_at, expires_at, totp
from access.code
where digest = :digest and used_at is null and withdrawn_at is null and expires_at > :now;

-- name: waiting_code^
-- A recovery that waits for a second officer.
select id, kind, person, reason, asked_at, asked_by, given_at, expires_at, totp
from access.code
where id = :id and given_at is null and withdrawn_at is null and asked_at > :since;

-- name: waiting_codes
-- All recoveries that wait for a second officer.
select id, kind, person, reason, asked_at, asked_by, given_at, expires_at, totp
from access.code
where given_at is null and withdrawn_at is null and asked_at > :since
order by asked_at, id;

-- name: use_code$
-- Use a code up; nothing where it was used meanwhile.
update access.code set used_at = :now
where id = :id and used_at is null and withdrawn_at is null
returning id;

-- name: withdraw_codes!
-- No other code of this person is good any more.
update access.code set withdrawn_at = :now
where person = :person and used_at is null and withdrawn_at is null;

-- name: add_event!
-- Note what happened at the doors.
insert into access.event (at, kind, person, address, detail) values (:at, :kind, :person, :address, :detail);

-- name: events
-- What happened to an account, newest first.
select id, at, kind, person, address, detail
from access.event
where person = :person and id < :before
order by id desc
limit :most;

-- name: all_events
-- What happened at the doors, newest first.
select id, at, kind, person, address, detail
from access.event
where id < :before
order by id desc
limit :most;

