-- name: add_grant!
-- Keep a new grant.
insert into access.role_grant (
  id, person, role, place, starts_on, ends_on, original, reason, asked_at, asked_by, asked_by_person, approved_at,
  approved_by
)
values (
  :id, :person, :role, :place, :starts_on, :ends_on, :original, :reason, :asked_at, :asked_by, :asked_by_person,
  :approved_at, :approved_by
);

-- name: grant^
-- One grant.
select id, person, role, place, starts_on, ends_on, original, reason, asked_at, asked_by, asked_by_person, approved_at,
  approved_by, ended_at, ended_by, ended_why
from access.role_grant
where id = :id;

-- name: locked_grant^
-- The same, held until the end of the transaction.
select id, person, role, place, starts_on, ends_on, original, reason, asked_at, asked_by, asked_by_person, approved_at,
  approved_by, ended_at, ended_by, ended_why
from access.role_grant
where id = :id
for update;

-- name: grants_of
-- The grants of a person and those they were passed on from, oldest first.
select id, person, role, place, starts_on, ends_on, original, reason, asked_at, asked_by, asked_by_person, approved_at,
  approved_by, ended_at, ended_by, ended_why
from access.role_grant
where person = :person or id in (select original from access.role_grant where person = :person)
order by asked_at, id;

-- name: grants_of_roles
-- The grants of some roles that were not ended, and those they were passed on from.
select id, person, role, place, starts_on, ends_on, original, reason, asked_at, asked_by, asked_by_person, approved_at,
  approved_by, ended_at, ended_by, ended_why
from access.role_grant
where (role = any(:roles) and ended_at is null)
  or id in (select original from access.role_grant where role = any(:roles) and ended_at is null);

-- name: waiting_grants
-- The grants that wait for a second person, oldest first.
select id, person, role, place, starts_on, ends_on, original, reason, asked_at, asked_by, asked_by_person, approved_at,
  approved_by, ended_at, ended_by, ended_why
from access.role_grant
where approved_at is null and ended_at is null
order by asked_at, id;

-- name: approve_grant!
-- A second person has agreed.
update access.role_grant set approved_at = :now, approved_by = :by where id = :id;

-- name: end_grant!
-- A grant ends now.
update access.role_grant set ended_at = :now, ended_by = :by, ended_why = :why where id = :id;

-- name: grants_at
-- The grants of some roles for some places that were not ended, of people whose account is open, and their originals.
with found as (
  select g.id, g.original
  from access.role_grant g
  join access.person p on p.id = g.person
  where g.role = any(:roles::text[]) and g.place = any(:places::text[]) and g.ended_at is null and p.closed_at is null)
select id, person, role, place, starts_on, ends_on, original, reason, asked_at, asked_by, asked_by_person, approved_at,
  approved_by, ended_at, ended_by, ended_why
from access.role_grant
where id in (select id from found) or id in (select original from found)
order by id;

-- name: places_granted
-- Role and place of grants that are named or derived from those, that people hold, or that began or ended of late.
select distinct role, place
from access.role_grant
where id = any(:ids::text[]) or original = any(:ids::text[]) or person = any(:people::text[])
  or (starts_on > :since::date and starts_on <= :today::date)
  or (ends_on >= :since::date and ends_on < :today::date);
