-- name: add_visit!
-- A visit to a provider begins.
insert into access.outside_visit (state_digest, provider, nonce, verifier, binding, began_at, address)
values (:state_digest, :provider, :nonce, :verifier, :binding, :began_at, :address);

-- name: end_visit^
-- A visit ends with its first answer.
delete from access.outside_visit where state_digest = :state_digest returning provider, nonce, verifier, binding, began_at;

-- name: visits_from$
-- How many visits are under way from an address.
select count(*) from access.outside_visit where address = :address and began_at > :since;

-- name: tidy_visits!
-- Forget visits that nobody came back from.
delete from access.outside_visit where began_at < :before;

-- name: person_behind$
-- The open account that is linked to somebody at a provider.
select p.id
from access.outside_identity i
join access.person p on p.id = i.person
where i.provider = :provider and i.subject = :subject and p.closed_at is null;

-- name: link$
-- Link a person here to one at a provider, unless that one is linked.
insert into access.outside_identity (provider, subject, person, linked_at, linked_by)
values (:provider, :subject, :person, :linked_at, :linked_by)
on conflict do nothing
returning person;

-- name: unlink$
-- Part them again.
delete from access.outside_identity
where person = :person and provider = :provider and subject = :subject
returning person;

-- name: links
-- Who a person is at providers.
select provider, subject, linked_at, linked_by
from access.outside_identity
where person = :person
order by provider, linked_at, subject;
