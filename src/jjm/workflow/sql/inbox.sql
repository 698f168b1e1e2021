-- name: waiting
-- Open cases given to a person, or lying at one of these desks and given to nobody, by when they are due.
-- What is looked for is in the indexes, so that no case is fetched but those of the page.
with found as (
  select mine.* from (
    select i.turn, i.id from workflow.item i
    where i.ended_at is null and i.person = :person::text and (i.turn, i.id) > (:after_turn::timestamptz, :after_id::text)
      and (cardinality(:workflows::text[]) = 0 or i.workflow = any(:workflows::text[]))
      and (cardinality(:states::text[]) = 0 or i.state = any(:states::text[]))
      and (:clock::text is null or :clock::text = case
        when least(i.due_at, i.state_due_at) < :now then 'late' when i.near_at <= :now then 'near' else 'within' end)
    order by i.turn, i.id
    limit :most) mine
  union all
  select desk.*
  from unnest(:roles::text[], :places::text[]) d(role, place) cross join lateral (
    select i.turn, i.id from workflow.item i
    where i.ended_at is null and i.person is null and i.role = d.role and i.place = d.place
      and (i.turn, i.id) > (:after_turn::timestamptz, :after_id::text)
      and (cardinality(:workflows::text[]) = 0 or i.workflow = any(:workflows::text[]))
      and (cardinality(:states::text[]) = 0 or i.state = any(:states::text[]))
      and (:clock::text is null or :clock::text = case
        when least(i.due_at, i.state_due_at) < :now then 'late' when i.near_at <= :now then 'near' else 'within' end)
    order by i.turn, i.id
    limit :most) desk),
page as materialized (select turn, id from found order by turn, id limit :most)
select i.id, i.type, i.workflow, i.version, i.state, i.role, i.place, i.person, i.level, i.since, i.paused, i.due_at,
  i.state_due_at, i.near_at, i.begun_at, i.turn
from page p join workflow.item i on i.id = p.id
order by p.turn, p.id;

-- name: counts
-- How many of them there are, by workflow, state and clock.
select workflow, state, case
    when least(due_at, state_due_at) < :now then 'late' when near_at <= :now then 'near' else 'within' end as clock,
  count(*) as cases
from (
  select workflow, state, due_at, state_due_at, near_at from workflow.item
  where ended_at is null and person = :person::text
  union all
  select i.workflow, i.state, i.due_at, i.state_due_at, i.near_at
  from unnest(:roles::text[], :places::text[]) d(role, place) join workflow.item i on i.role = d.role and i.place = d.place
  where i.ended_at is null and i.person is null) found
group by 1, 2, 3
order by 1, 2, 3;
