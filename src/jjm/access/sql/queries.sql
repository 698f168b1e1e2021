-- name: add_token!
-- Keep a new token.
insert into access.token (id, name, secret_digest, scopes, created_at, created_by, expires_at)
values (:id, :name, :secret_digest, :scopes, :created_at, :created_by, :expires_at);

-- name: token_by_secret^
-- The token with this secret, if it may still be used.
select id, name, scopes, expires_at
from access.token
where secret_digest = :secret_digest
  and revoked_at is null
  and (expires_at is null or expires_at > :now);

-- name: tokens
-- All tokens, newest first, without their secrets.
select id, name, scopes, created_at, created_by, expires_at, revoked_at
from access.token
order by created_at desc, id;

-- name: revoke_token<!
-- Refuse a token from now on.
update access.token set revoked_at = :now where id = :id and revoked_at is null returning id;
