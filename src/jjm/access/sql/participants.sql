-- name: add_participant!
-- Keep a request to become a participant.
insert into access.participant (id, kind, name, node, about, state, requested_at)
values (:id, :kind, :name, :node, :about, 'requested', :now);

-- name: open_requests$
-- How many requests wait for a decision.
select count(*) from access.participant where state = 'requested';

-- name: participant^
-- One participant.
select * from access.participant where id = :id;

-- name: lock_participant^
-- One participant, held until the decision about it is committed.
select * from access.participant where id = :id for update;

-- name: participants
-- Participants in these states, in the order of their identifiers.
select * from access.participant where state = any(:states) and id > :after order by id limit :most;

-- name: decide_participant!
-- Put a participant into a state.
update access.participant
set state = :state, decided_at = :now, decided_by = :actor, reason = :reason, areas = :areas,
  calls_per_minute = :calls_per_minute
where id = :id;

-- name: unanswered
-- Requests that nobody has decided since a day, oldest first.
select id from access.participant
where state = 'requested' and requested_at < :before
order by requested_at, id;

-- name: keep_contact!
-- Whom to write to about a participant.
insert into access.participant_contact (participant, sealed) values (:participant, :sealed)
on conflict (participant) do update set sealed = excluded.sealed;

-- name: contact$
-- Whom to write to about a participant.
select sealed from access.participant_contact where participant = :participant;

-- name: forget_contact!
-- Nobody is to be written to any more.
delete from access.participant_contact where participant = :participant;

-- name: add_application!
-- Keep the request for an application.
insert into access.application (id, participant, name, environment, asked, state, requested_at)
values (:id, :participant, :name, :environment, :asked, 'requested', :now);

-- name: application^
-- One application, with the state of its participant.
select a.*, p.state as participant_state, p.name as participant_name
from access.application a join access.participant p on p.id = a.participant
where a.id = :id;

-- name: lock_application^
-- One application, held until the decision about it is committed.
select * from access.application where id = :id for update;

-- name: applications
-- The applications of some participants.
select * from access.application where participant = any(:participants) order by id;

-- name: senders
-- Applications by their identifiers, with what their participants are called and where their records are.
select a.id, a.name, a.scopes, a.participant, p.name as participant_name, p.areas as places
from access.application a join access.participant p on p.id = a.participant
where a.id = any(:ids);

-- name: senders_by_token
-- Tokens by their names, with what tokens of a name may do or might.
select t.name, array_agg(distinct s) as scopes
from access.token t cross join unnest(t.scopes) s
where t.name = any(:names)
group by t.name;

-- name: senders_in_person
-- People by their identifiers, with the places for which they hold roles or held them.
select p.id, array_remove(array_agg(distinct g.place), null) as places
from access.person p left join access.role_grant g on g.person = p.id and g.approved_at is not null
where p.id = any(:ids)
group by p.id;

-- name: decide_application!
-- Put an application into a state.
update access.application
set state = :state, scopes = :scopes, decided_at = :now, decided_by = :actor, reason = :reason
where id = :id;

-- name: add_key!
-- Register a public key.
insert into access.application_key
  (application, kid, jwk, thumbprint, not_before, expires_at, state, added_at, added_by)
values (:application, :kid, :jwk::jsonb, :thumbprint, :not_before, :expires_at, 'good', :now, :actor);

-- name: keys
-- The keys of some applications, newest first.
select application, kid, jwk, thumbprint, not_before, expires_at, state, added_at, reason
from access.application_key
where application = any(:applications)
order by application, added_at desc, kid;

-- name: decide_key!
-- Put a key into a state.
update access.application_key set state = :state, reason = :reason where application = :application and kid = :kid;

-- name: signing_keys
-- The keys with which a participant may sign at an instant.
select k.kid, k.jwk
from access.application_key k
join access.application a on a.id = k.application
where a.participant = :participant and a.state = 'approved' and k.state = 'good'
  and k.not_before <= :now and k.expires_at > :now;
