-- name: take_turn$
-- True for the one that may tell now; until the end of its transaction.
select pg_try_advisory_xact_lock(:key);

-- name: position$
-- How far the ledger was read.
select position from quality.reader where name = :name;

-- name: move_reader!
-- It was read so far.
insert into quality.reader (name, position) values (:name, :position)
on conflict (name) do update set position = excluded.position;

-- name: overtake!
-- Something newer is said in a case: what is on its way about it goes no further.
update quality.telling set ended_at = :now, overtaken = true
where contamination = :contamination and step < :step and ended_at is null;

-- name: open_telling!
-- Households are to be told by a step of a case, once.
insert into quality.telling (contamination, step, event, begun_at, ended_at)
values (
  :contamination, :step, :event::text, :now::timestamptz, case when :event::text is null then :now::timestamptz end
)
on conflict (contamination, step) do nothing;

-- name: next_telling^
-- The oldest that is not at its end.
select contamination, step, event, after from quality.telling
where ended_at is null order by begun_at, contamination, step limit 1;

-- name: advance!
-- A page of households more.
update quality.telling
set after = :after, told = told + :told, no_contact = no_contact + :no_contact, no_carrier = no_carrier + :no_carrier,
  ended_at = case when :is_last::boolean then :now::timestamptz end
where contamination = :contamination and step = :step;

-- name: tellings
-- How far the households were told in a case, the latest first.
select step, event as notice, told, no_contact, no_carrier, begun_at, ended_at, overtaken from quality.telling
where contamination = :contamination order by step desc;
