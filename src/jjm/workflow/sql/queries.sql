-- name: keep_definition<!
-- Keep what a workflow says under its version; the digest that is kept.
insert into workflow.definition (name, version, digest, body, first_seen)
values (:name, :version, :digest, (:body::text)::jsonb, :now)
on conflict (name, version) do update set first_seen = workflow.definition.first_seen
returning digest;

-- name: definitions
-- All versions that running cases are on, and what they say.
select d.name, d.version, d.body::text as body
from workflow.definition d
where exists (
  select from workflow.item i where i.workflow = d.name and i.version = d.version and i.ended_at is null);

-- name: definition^
-- What one version says.
select body::text as body from workflow.definition where name = :name and version = :version;

-- name: add_item!
-- A new case.
insert into workflow.item (
  id, type, workflow, version, state, steps, areas, begun_at, begun_by, role, place, person, level, since, paused,
  due_at, state_due_at, near_at, ended_at
)
values (
  :id, :type, :workflow, :version, :state, 1, :areas, :begun_at, :begun_by, :role, :place, :person, 0, :since, :paused,
  :due_at, :state_due_at, :near_at, :ended_at
);

-- name: item^
-- One case.
select id, type, workflow, version, state, steps, areas, begun_at, begun_by, role, place, person, level, since, paused,
  due_at, state_due_at, near_at, ended_at
from workflow.item
where id = :id;

-- name: locked_items
-- These cases, in the order of their names, held until the end of the transaction.
select id, type, workflow, version, state, steps, areas, begun_at, begun_by, role, place, person, level, since, paused,
  due_at, state_due_at, near_at, ended_at
from workflow.item
where id = any(:ids::text[])
order by id
for update;

-- name: move_items*!
-- Where cases are after a step of each.
update workflow.item
set state = :state, version = :version, steps = :steps, areas = :areas, role = :role, place = :place, person = :person,
  level = :level, since = :since, paused = :paused, due_at = :due_at, state_due_at = :state_due_at,
  near_at = :near_at, ended_at = :ended_at
where id = :id;

-- name: add_steps*!
-- What was done.
insert into workflow.step (
  item, number, at, actor, action, from_state, to_state, version, comment, role, place, person, paused, salt, document, entry
)
values (
  :item, :number, :at, :actor, :action, :from_state, :to_state, :version, :comment, :role, :place, :person, :paused, :salt,
  :document, :entry
);

-- name: steps
-- What was done in a case, in order.
select number, at, actor, action, from_state, to_state, version, comment, role, place, person, paused, salt, document, entry,
  erased_in
from workflow.step
where item = :item
order by number;

-- name: steps_of
-- What was done in these cases, in order.
select item, number, at, actor, action, from_state, to_state, version, comment, role, place, person, paused, salt, document,
  entry, erased_in
from workflow.step
where item = any(:items::text[])
order by item, number;

-- name: drop_timers!
-- Let go of what the node was to do by itself in these cases.
delete from workflow.timer where item = any(:items::text[]);

-- name: add_timers!
-- What the node is to do by itself.
insert into workflow.timer (item, kind, name, due_at)
select u.item, u.kind, u.name, u.due_at
from unnest(:items::text[], :kinds::text[], :names::text[], :dues::timestamptz[]) u(item, kind, name, due_at)
on conflict (item, kind, name) do update set due_at = excluded.due_at;

-- name: due_timers
-- What is due, oldest first and of one moment case by case, held until the end of the transaction; what others hold is passed over.
select t.item, t.kind, t.name, t.due_at
from workflow.timer t
where t.due_at <= :now
order by t.due_at, t.item, t.kind, t.name
limit :most
for update skip locked;

-- name: drop_timer!
-- It is done.
delete from workflow.timer where item = :item and kind = :kind and name = :name;

-- name: add_link!
-- Cases belong together.
insert into workflow.link (item, kind, other, at, by)
values (:item, :kind, :other, :at, :by)
on conflict do nothing;

-- name: links
-- What a case is linked with, in both directions.
select l.kind, l.other as id, i.type, i.state, false as back
from workflow.link l join workflow.item i on i.id = l.other
where l.item = :item
union all
select l.kind, l.item, i.type, i.state, true
from workflow.link l join workflow.item i on i.id = l.item
where l.other = :item
order by 1, 2, 5;

-- name: linked
-- Those of these cases that have links.
select item as id from workflow.link where item = any(:ids::text[])
union
select other from workflow.link where other = any(:ids::text[]);

-- name: links_made
-- The links of a case in both directions, with who made them and when.
select l.kind, l.other as id, i.type, i.state, false as back, l.at, l.by
from workflow.link l join workflow.item i on i.id = l.other
where l.item = :item
union all
select l.kind, l.item, i.type, i.state, true, l.at, l.by
from workflow.link l join workflow.item i on i.id = l.item
where l.other = :item
order by 6, 2, 1, 5;
