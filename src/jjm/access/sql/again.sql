-- name: token_again^
-- A token in use, by its public name.
select name, scopes from access.token
where id = :id and revoked_at is null and (expires_at is null or expires_at > :now);

-- name: application_again^
-- An approved application of an approved participant, with a key that is good.
select a.id, a.scopes, a.participant, p.calls_per_minute
from access.application a join access.participant p on p.id = a.participant
where a.id = :id and a.environment = :environment and a.state = 'approved' and p.state = 'approved'
  and exists (
    select from access.application_key k
    where k.application = a.id and k.state = 'good' and k.not_before <= :now and k.expires_at > :now
  );

-- name: signing_key^
-- A key of an application that is good now.
select jwk from access.application_key
where application = :application and kid = :kid and state = 'good' and not_before <= :now and expires_at > :now;
