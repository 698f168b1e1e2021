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

-- name: add_job^
-- Ask for long work.
insert into kit.job (id, kind, actor, scopes, request, state, created_at)
values (:id, :kind, :actor, :scopes, :request::jsonb, 'waiting', :now)
returning *;

-- name: job^
-- One job.
select * from kit.job where id = :id;

-- name: recent_jobs
-- The newest jobs, of one actor or of all.
select * from kit.job
where (:actor::text is null or actor = :actor)
order by created_at desc, id desc
limit :limit;

-- name: open_jobs
-- Jobs that are not at their end, oldest first.
select id, kind from kit.job where state in ('waiting', 'running') order by created_at, id;

-- name: start_job^
-- Begin work on a job, or go on with it; whoever worked on it before can save nothing any more.
update kit.job set state = 'running', turn = turn + 1, started_at = :now
where id = :id and state in ('waiting', 'running')
returning *;

-- name: save_job^
-- Note how far a job is.
update kit.job set progress = :progress::jsonb
where id = :id and turn = :turn and state = 'running'
returning cancel;

-- name: finish_job^
-- Note what came of a job.
update kit.job set state = :state, result = :result::jsonb, problem = :problem::jsonb, finished_at = :now
where id = :id and turn = :turn and state = 'running'
returning *;

-- name: cancel_job^
-- Ask for a job to be stopped; one that was not begun is at its end.
update kit.job
set cancel = true,
  state = case state when 'waiting' then 'cancelled' else state end,
  finished_at = case state when 'waiting' then :now::timestamptz end
where id = :id and state in ('waiting', 'running')
returning *;

-- name: become_the_only_worker$
-- Whether this connection is now the one that works on jobs.
select pg_try_advisory_lock(:key);

-- name: let_others_work$
-- Leave the work on jobs to another process.
select pg_advisory_unlock(:key);

-- name: answers_to_wrap
-- Answers behind one that need another master key than this.
select actor as key, key as more_key, request_digest as first, body as second
from kit.idempotency
where (actor, key) > (:after, :more_after)
  and octet_length(request_digest) > 32
  and (substr(request_digest, 17, 4) <> :current or substr(body, 17, 4) <> :current)
order by actor, key
limit :most;

-- name: wrap_answers!
-- Keep answers under another master key, where they are still as they were.
update kit.idempotency t set request_digest = u.first, body = u.second
from unnest(
  :keys::text[], :more_keys::text[], :was_first::bytea[], :was_second::bytea[], :first::bytea[], :second::bytea[]
) u (actor, key, was_first, was_second, first, second)
where t.actor = u.actor and t.key = u.key and t.request_digest = u.was_first and t.body is not distinct from u.was_second;

-- name: running_jobs
-- Jobs that are being done.
select id from kit.job where state = 'running';

-- name: some_running$
-- True while one of these jobs is being done.
select exists (select from kit.job where state = 'running' and id = any(:ids::text[]));

-- name: passed$
-- What no transaction that is under way now was begun before.
select pg_snapshot_xmin(pg_current_snapshot())::text::bigint;

-- name: begun$
-- What every transaction that is under way now was begun before.
select pg_snapshot_xmax(pg_current_snapshot())::text::bigint;

-- name: lock_rotation$
-- Held until the end of the transaction: one rotation of the master key is asked for at a time.
select pg_advisory_xact_lock(7219070);
