-- name: client^
-- The application behind a client_id, and whose it is.
select a.id, a.participant, a.environment, a.scopes, a.state, a.reason,
  p.state as participant_state, p.reason as participant_reason
from access.application a join access.participant p on p.id = a.participant
where a.id = :id;

-- name: client_keys
-- The keys of an application.
select kid, jwk, not_before, expires_at, state, reason from access.application_key where application = :application;

-- name: use_assertion^
-- Note that an assertion is used; nothing where it was used before.
insert into access.assertion (application, jti_digest, expires_at) values (:application, :jti_digest, :expires_at)
on conflict do nothing
returning application;

-- name: add_token!
-- Keep an access token.
insert into access.application_token (secret_digest, application, kid, scopes, issued_at, expires_at)
values (:secret_digest, :application, :kid, :scopes, :now, :expires_at);

-- name: token^
-- The access token with this secret, and all on which it depends.
select t.application, t.kid, t.scopes, t.expires_at,
  k.state as key_state, k.expires_at as key_expires_at, k.reason as key_reason,
  a.participant, a.environment, a.state, a.reason,
  p.state as participant_state, p.reason as participant_reason, p.calls_per_minute
from access.application_token t
join access.application_key k on k.application = t.application and k.kid = t.kid
join access.application a on a.id = t.application
join access.participant p on p.id = a.participant
where t.secret_digest = :secret_digest;

-- name: forget_tokens!
-- Drop access tokens that ended before an instant.
delete from access.application_token where expires_at < :before;

-- name: forget_assertions!
-- Drop assertions that are refused as expired anyway.
delete from access.assertion where expires_at < :before;
