-- name: handover^
-- A handover, held until the transaction ends.
select node, state, states, begun_at, begun_by, position, decided_at, decided_by, report,
  called_off_at
from federation.handover where node = :node for update;

-- name: begin_handover!
-- Begin one, or note that it has begun.
insert into federation.handover (node, state, states, begun_at, begun_by, quiet_after)
values (:node, 'begun', :states, :now, :actor, now() + make_interval(secs => :quiet))
on conflict (node) do update set state = 'begun', states = excluded.states, begun_at = excluded.begun_at,
  begun_by = excluded.begun_by, quiet_after = excluded.quiet_after, position = null, decided_at = null, decided_by = null,
  report = null, called_off_at = null;

-- name: decide_handover!
-- Note what was decided about one.
update federation.handover set state = :state, decided_at = :now, decided_by = :actor,
  quiet_after = now() + make_interval(secs => :quiet),
  report = coalesce(:report::jsonb, report)
where node = :node;

-- name: call_off_handover!
-- One is called off without the State's node: it ends when no lease can be left.
update federation.handover set state = 'returning', decided_at = :now, decided_by = :actor, called_off_at = :now
where node = :node;

-- name: called_off
-- Handovers called off that have not ended yet.
select node, called_off_at from federation.handover
where state = 'returning' and called_off_at is not null
order by node;

-- name: place_handover!
-- Note up to which position the new node must have followed.
update federation.handover set position = :position where node = :node;

-- name: quiet
-- Handovers since whose last step all that had begun to be written has ended, and stands in the ledger.
select h.node, h.state, h.position from federation.handover h
where now() > h.quiet_after
  and not exists (
    select from pg_stat_activity a
    where a.datname = current_database() and a.backend_type = 'client backend' and a.pid <> pg_backend_pid()
      and a.xact_start < h.quiet_after)
  and not exists (select from ledger.batch b where b.first is null)
order by h.node;
