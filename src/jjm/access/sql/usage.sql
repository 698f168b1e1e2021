-- name: add_usage!
-- Add what was counted to the day.
insert into access.usage as kept (application, day, calls, refused, failed, bytes)
select id, :day, :calls, :refused, :failed, :bytes from access.application where id = :application
on conflict (application, day) do update
set calls = kept.calls + excluded.calls, refused = kept.refused + excluded.refused,
  failed = kept.failed + excluded.failed, bytes = kept.bytes + excluded.bytes;

-- name: add_refusals!
-- Add refusals of one kind to the day.
insert into access.usage_refusal as kept (application, day, status, code, calls)
select id, :day, :status, :code, :calls from access.application where id = :application
on conflict (application, day, status, code) do update set calls = kept.calls + excluded.calls;

-- name: heard_of!
-- Note when an application was last heard of.
insert into access.usage_last as kept (application, last_use, position)
select id, :at, :position from access.application where id = :application
on conflict (application) do update
set last_use = greatest(kept.last_use, excluded.last_use), position = coalesce(excluded.position, kept.position);

-- name: usage
-- The days of some applications since one day, newest first.
select application, day, calls, refused, failed, bytes
from access.usage
where application = any(:applications) and day >= :since
order by day desc, application;

-- name: refusals
-- What these were refused for, most often first.
select application, day, status, code, calls
from access.usage_refusal
where application = any(:applications) and day >= :since
order by calls desc, status, code, day desc, application;

-- name: last_heard
-- When applications were last heard of.
select application, last_use, position from access.usage_last where application = any(:applications);

-- name: forget_usage!
-- Drop days that are long past.
with dropped as (delete from access.usage where day < :before)
delete from access.usage_refusal where day < :before;
