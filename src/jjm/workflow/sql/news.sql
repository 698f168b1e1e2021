-- name: take_turn$
-- True for the one that may read on now; until the end of its transaction.
select pg_try_advisory_xact_lock(:key);

-- name: position$
-- How far the ledger was read.
select position from workflow.reader where name = :name;

-- name: move_reader!
-- It was read so far.
insert into workflow.reader (name, position) values (:name, :position)
on conflict (name) do update set position = excluded.position;

-- name: behind
-- Those of these readers that have not read the ledger up to its size.
select u.name
from unnest(:names::text[]) u(name) left join workflow.reader r on r.name = u.name
where coalesce(r.position, -1) < :size - 1;

-- name: known_since$
-- Since when a workflow of that name runs here.
select min(first_seen) from workflow.definition where name = :name;

-- name: step^
-- A step by its number.
select i.workflow, s.action, s.from_state, s.to_state
from workflow.step s join workflow.item i on i.id = s.item
where s.item = :item and s.number = :number;

-- name: note_begun$
-- A case is to begin by this, or cannot; nothing where one began before.
insert into workflow.begun (workflow, start, source, step, at, refused)
values (:workflow, :start, :source, :step, :at, :refused)
on conflict (workflow, start, source, step) do update set at = excluded.at, refused = excluded.refused
where workflow.begun.refused is not null
returning true;

-- name: tell_begun!
-- What came of it.
update workflow.begun set item = :item, at = :at
where workflow = :workflow and start = :start and source = :source and step = :step;

-- name: refused
-- What could not begin a case, latest first.
select start, source, step, at, refused
from workflow.begun
where refused is not null and workflow = :workflow
order by at desc, source, start, step
limit :most;
