-- name: take_turn$
-- True for the one that may look at desks now; until the end of its transaction.
select pg_try_advisory_xact_lock(:key);

-- name: desks
-- Desks that have open cases; one probe of the index for each, however many cases lie there.
with recursive desk as (
  (select role, place from workflow.item where ended_at is null order by role, place limit 1)
  union all
  select next.role, next.place
  from desk cross join lateral (
    select i.role, i.place from workflow.item i
    where i.ended_at is null and (i.role, i.place) > (desk.role, desk.place)
    order by i.role, i.place limit 1) next)
select role, place from desk;

-- name: look_again!
-- These desks are to be looked at.
insert into workflow.recheck (role, place, last)
select u.role, u.place, l.last
from unnest(:roles::text[], :places::text[]) u(role, place) cross join unnest(:lasts::boolean[]) l(last)
on conflict (role, place, last) do update set after = '';

-- name: next_desk^
-- One that is to be looked at.
select role, place, last, after from workflow.recheck order by last, role, place limit 1;

-- name: looked_at!
-- It was, up to there.
update workflow.recheck set after = :after where role = :role and place = :place and last = :last;

-- name: seen!
-- It was, to its end.
delete from workflow.recheck where role = :role and place = :place and last = :last;

-- name: at_desk
-- Open cases at a desk, in the order of their names; in some states of workflows only, where any are named.
select id, person from workflow.item
where ended_at is null and role = :role and place = :place and id > :after
  and (:states::text[] is null or workflow || '/' || version || '/' || state = any(:states::text[]))
order by id
limit :most;
