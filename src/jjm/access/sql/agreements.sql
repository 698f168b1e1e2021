-- name: add_agreement!
-- Keep a draft.
insert into access.agreement
  (id, provider, consumer, document, purpose, types, starts_at, ends_at, supersedes, drafted_at, drafted_by)
values
  (:id, :provider, :consumer, :document, :purpose, :types, :starts_at, :ends_at, :supersedes, :now, :actor);

-- name: agreement^
-- One agreement.
select * from access.agreement where id = :id;

-- name: lock_agreement^
-- One agreement, held until the decision about it is committed.
select * from access.agreement where id = :id for update;

-- name: drafts$
-- How many agreements of a participant are not signed by both.
select count(*) from access.agreement
where consumer = :consumer and agreed_at is null and revoked_at is null and ends_at > :now;

-- name: agreements
-- Agreements behind an identifier: those that were agreed, and all of one participant, or all of everybody.
select * from access.agreement
where id > :after
  and (agreed_at is not null or :all::boolean or consumer = :participant or provider = :participant)
order by id
limit :most;

-- name: signatures
-- Who signed some agreements.
select agreement, party, kid, jwk, signature, signed_at
from access.agreement_signature
where agreement = any(:agreements)
order by signed_at, party;

-- name: add_signature^
-- Keep a signature; nothing where that side has signed.
insert into access.agreement_signature (agreement, party, kid, jwk, signature, signed_at, signed_by)
values (:agreement, :party, :kid, :jwk::jsonb, :signature, :now, :actor)
on conflict do nothing
returning agreement;

-- name: agree!
-- Both sides have signed.
update access.agreement set agreed_at = :now where id = :id;

-- name: revoke!
-- An agreement is no longer in force from an instant on.
update access.agreement set revoked_at = :at, revoked_by = :by, reason = :reason
where id = :id and (revoked_at is null or revoked_at > :at);

-- name: in_force
-- The agreements under which a participant may read at an instant.
select g.id, g.document, g.ends_at, g.revoked_at
from access.agreement g
left join access.participant p on p.id = g.provider
where g.consumer = :participant and g.agreed_at is not null
  and g.starts_at <= :now and g.ends_at > :now and (g.revoked_at is null or g.revoked_at > :now)
  and (g.provider = 'node' or p.state = 'approved')
order by g.id;

-- name: last_over^
-- The newest agreement of a participant about a type that was in force and is no longer.
select * from access.agreement
where consumer = :participant and agreed_at is not null and :type = any(types)
  and (ends_at <= :now or revoked_at <= :now)
order by least(ends_at, coalesce(revoked_at, ends_at)) desc, id desc
limit 1;

-- name: all_over
-- Of each of these types about which a participant had an agreement in force and has none any more, the newest one.
select distinct on (t.type) t.type, g.id, g.ends_at, g.revoked_at
from access.agreement g cross join lateral unnest(g.types) t(type)
where g.consumer = :participant and g.agreed_at is not null and t.type = any(:types)
  and (g.ends_at <= :now or g.revoked_at <= :now)
  and not exists (
    select from access.agreement f
    where f.consumer = g.consumer and f.agreed_at is not null and t.type = any(f.types)
      and f.starts_at <= :now and f.ends_at > :now and (f.revoked_at is null or f.revoked_at > :now))
order by t.type, least(g.ends_at, coalesce(g.revoked_at, g.ends_at)) desc, g.id desc;

-- name: count_use^
-- Count one use in a period; nothing where there were as many as agreed.
insert into access.agreement_count as counted (agreement, period_start, uses) values (:agreement, :period_start, 1)
on conflict (agreement, period_start) do update set uses = counted.uses + 1 where counted.uses < :times
returning uses;

-- name: add_use!
-- Write down a use or a refusal.
insert into access.agreement_use (agreement, application, at, method, path, type, fields, outcome, code, trace)
values (:agreement, :application, :now, :method, :path, :type, :fields, :outcome, :code, :trace);

-- name: uses
-- Uses and refusals of an agreement, newest first.
select id, application, at, method, path, type, fields, outcome, code, trace
from access.agreement_use
where agreement = :agreement and id < :below
order by id desc
limit :most;

-- name: with_node
-- The agreements of this node with another one that is a participant here.
select g.*, p.id as participant
from access.agreement g
join access.participant p on p.id = g.consumer
where p.node = :node and p.kind = 'node' and p.state = 'approved' and g.provider = 'node'
order by g.id;
