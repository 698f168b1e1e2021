-- name: peer^
-- How far a node is followed.
select name, size, edge, head_size, checkpoint, epoch, taken, tried_at, reached_at, fault, forked_at
from federation.peer where name = :name;

-- name: peer_held^
-- The same, held until the transaction ends.
select name, size, edge, head_size, checkpoint, epoch, taken, tried_at, reached_at, fault, forked_at
from federation.peer where name = :name for update;

-- name: peers
-- How far each node is followed.
select name, size, edge, head_size, checkpoint, epoch, taken, tried_at, reached_at, fault, forked_at
from federation.peer order by name;

-- name: begin_peer!
-- Follow a node from the beginning.
insert into federation.peer (name, edge) values (:name, :edge) on conflict (name) do nothing;

-- name: advance_peer!
-- Note how far a node is followed now.
update federation.peer set size = :size, edge = :edge, head_size = :head_size, checkpoint = :checkpoint, epoch = :epoch,
  taken = taken + :taken, tried_at = :now, reached_at = :now, fault = null
where name = :name;

-- name: note_fault!
-- Note that a node could not be followed, and why.
update federation.peer set tried_at = :now, fault = :fault where name = :name;

-- name: note_fork!
-- Keep the evidence of a rewritten ledger.
insert into federation.fork (node, found_at, why, before, after) values (:node, :now, :why, :before, :after);

-- name: stop_peer!
-- Take nothing from a node any more.
update federation.peer set forked_at = :now, tried_at = :now, fault = :why where name = :name;

-- name: restart_peer!
-- Follow a node from the beginning again, once a person has decided so.
update federation.peer set size = 0, edge = :edge, head_size = 0, checkpoint = null, epoch = null, fault = null,
  forked_at = null
where name = :name;

-- name: clear_forks!
-- A person has decided to go on.
update federation.fork set cleared_at = :now, cleared_by = :actor, reason = :reason
where node = :node and cleared_at is null;

-- name: forks
-- Findings of rewritten ledgers, newest first.
select id, node, found_at, why, before, after, cleared_at, cleared_by, reason from federation.fork order by id desc;

-- name: hold!
-- Hold back a copy that could not be taken.
insert into federation.held (node, type, id, version, held_at, why, content)
values (:node, :type, :id, :version, :now, :why, :content)
on conflict (node, type, id, version) do update set why = excluded.why, content = excluded.content;

-- name: held_back
-- Copies held back, oldest first.
select node, type, id, version, held_at, why, content from federation.held order by held_at, node, type, id, version
limit :most;

-- name: release!
-- A copy held back has been taken.
delete from federation.held where node = :node and type = :type and id = :id and version = :version;

-- name: held_counts
-- How many copies are held back of each node.
select node, count(*) as count from federation.held group by node;

-- name: note_bare!
-- Note versions that are known by their entry alone.
insert into federation.bare (node, type, id, version, change, recorded_at, actor, digest)
select :node, * from unnest(:types::text[], :ids::text[], :versions::int[], :changes::text[], :instants::timestamptz[],
  :actors::text[], :digests::bytea[])
on conflict (node, type, id, version) do nothing;

-- name: bare
-- How versions that are known by their entry alone were entered.
select b.id, b.version, b.change, b.recorded_at, b.actor, b.node, b.digest, b.is_erased
from federation.bare b join unnest(:ids::text[], :versions::int[]) u(id, version) using (id, version)
where b.node = :node and b.type = :type
order by b.id, b.version
for update of b;

-- name: erase_bare!
-- Their node has erased what is personal in records, as far as it was recorded up to an instant.
update federation.bare b set is_erased = true from unnest(:ids::text[], :instants::timestamptz[]) u(id, at)
where b.node = :node and b.id = u.id and b.recorded_at <= u.at;

-- name: release_bare!
-- They have come.
delete from federation.bare b using unnest(:ids::text[], :versions::int[]) u(id, version)
where b.node = :node and b.type = :type and b.id = u.id and b.version = u.version;
