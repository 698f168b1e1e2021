-- name: forget_readings
-- Forget readings of before an instant, but those of what is held.
delete from access.reading where id in (
  select id from access.reading
  where at < :before and until < :before
    and case when ids is null then not type = any(:types::text[]) else not ids && :ids::text[] end
  order by at
  limit :most
)
returning 1;

-- name: overdue_readings$
-- How many readings of before an instant are there, but those of what is held.
select count(*) from access.reading
where at < :before and until < :before
  and case when ids is null then not type = any(:types::text[]) else not ids && :ids::text[] end;

-- name: forget_doors
-- Forget what happened at the doors before an instant.
delete from access.event where id in (select id from access.event where at < :before order by at limit :most) returning 1;

-- name: overdue_doors$
-- How much happened at the doors before an instant.
select count(*) from access.event where at < :before;

-- name: forget_sessions
-- Forget sessions that ended before an instant.
delete from access.session where id in (
  select id from access.session where coalesce(ended_at, expires_at) < :before limit :most
)
returning 1;

-- name: overdue_sessions$
-- How many sessions ended before an instant.
select count(*) from access.session where coalesce(ended_at, expires_at) < :before;

-- name: forget_uses
-- Forget uses of agreements of before an instant.
delete from access.agreement_use where id in (
  select id from access.agreement_use where at < :before order by id limit :most
)
returning 1;

-- name: overdue_uses$
-- How many uses of agreements were before an instant.
select count(*) from access.agreement_use where at < :before;
