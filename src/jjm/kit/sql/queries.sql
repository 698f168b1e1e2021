-- name: claim_key^
-- Take an Idempotency-Key; nothing if it was taken before.
insert into kit.idempotency (actor, key, request_digest, at) values (:actor, :key, :request_digest, :now)
on conflict do nothing
returning key;

-- name: answer_of^
-- What was answered to the call with this key.
select request_digest, status, headers, body from kit.idempotency where actor = :actor and key = :key;

-- name: keep_answer!
-- Keep the answer to the call with this key.
update kit.idempotency set status = :status, headers = :headers::jsonb, body = :body
where actor = :actor and key = :key;

-- name: forget_answers!
-- Drop answers that have been kept long enough.
delete from kit.idempotency where at < :before;

-- name: setting$
-- One thing a node remembers about itself.
select value from kit.setting where name = :name;

-- name: keep_setting!
-- Remember something.
insert into kit.setting (name, value) values (:name, :value::jsonb)
on conflict (name) do update set value = excluded.value;
