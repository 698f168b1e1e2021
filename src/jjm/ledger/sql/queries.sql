-- name: append(count, type, at, actor, node, subjects, versions, changes, digests, leaves)$
-- One batch of changes, without a position yet.
insert into ledger.batch (count, type, at, actor, node, subjects, versions, changes, digests, leaves)
values (:count, :type, :at, :actor, :node, :subjects, :versions, :changes, :digests, :leaves)
returning id;

-- name: be_the_only_sequencer(key)$
-- Waits for the lock that is held until commit. A published checkpoint must survive a crash of the server, or the node
-- would later sign a different tree of the same size; so this one commit waits for the disk whatever the settings say.
select pg_advisory_xact_lock(:key)::text,
  set_config('synchronous_commit', case when setting in ('off', 'local') then 'on' else setting end, true)
from pg_settings where name = 'synchronous_commit';

-- name: waiting(most, batches)
-- Committed batches without a position in order of id, up to about `most` changes.
select id, count, leaves
from (
  select id, count, leaves, sum(count) over (order by id) as upto
  from ledger.batch where first is null order by id limit :batches
) as queue
where upto - count < :most
order by id;

-- name: advance(ids, firsts, levels, indexes, hashes, old_size, size, root, note, at, period)^
-- Numbers batches, extends the tree and publishes its checkpoint; `head` is 0 where another has moved the head meanwhile.
with numbered as (
  update ledger.batch as b set first = n.first
  from unnest(:ids::bigint[], :firsts::bigint[]) as n(id, first)
  where b.id = n.id and b.first is null
  returning 1
), tiled as (
  insert into ledger.tile (level, index, width, hashes)
  select level, index, octet_length(hashes) / 32, hashes
  from unnest(:levels::smallint[], :indexes::bigint[], :hashes::bytea[]) as t(level, index, hashes)
  on conflict (level, index) do update set width = excluded.width, hashes = excluded.hashes
  where ledger.tile.width < excluded.width
  returning 1
), headed as (
  insert into ledger.head (size, root, note, at) values (:size, :root, :note, :at)
  on conflict (singleton) do update
  set size = excluded.size, root = excluded.root, note = excluded.note, at = excluded.at
  where ledger.head.size = :old_size
  returning 1
), kept as (
  insert into ledger.checkpoint (period, size, root, note, at) values (:period, :size, :root, :note, :at)
  on conflict (period) do update
  set size = excluded.size, root = excluded.root, note = excluded.note, at = excluded.at
  returning 1
)
select (select count(*) from numbered) as batches, (select count(*) from tiled) as tiles,
  (select count(*) from headed) as head, (select count(*) from kept) as kept;

-- name: head()^
-- The newest checkpoint.
select size, root, note, at from ledger.head;

-- name: checkpoints(before, most)
-- Checkpoints kept of the hours before an instant, newest first.
select size, root, note, at from ledger.checkpoint where period < :before order by period desc limit :most;

-- name: tiles(levels, indexes)
-- The tiles at these places, as far as they exist.
select level, index, hashes
from ledger.tile join unnest(:levels::smallint[], :indexes::bigint[]) as wanted(level, index) using (level, index);

-- name: positions(batches, slots)
-- The position of each slot in the order asked; null where it has none yet or does not exist.
select case when slot < count then first + slot end as position
from unnest(:batches::bigint[], :slots::integer[]) with ordinality as asked(id, slot, place)
left join ledger.batch using (id)
order by place;

-- name: slices(start, stop, with_leaves, types)
-- What the batches hold at positions from start up to, not including, stop.
select id, first + lo as first, lo as slot, hi - lo as count, type, at, actor, node,
  subjects[lo + 1 : hi] as subjects,
  case when cardinality(versions) = 1 then versions else versions[lo + 1 : hi] end as versions,
  case when cardinality(changes) = 1 then changes else changes[lo + 1 : hi] end as changes,
  substring(digests from lo * 32 + 1 for (hi - lo) * 32) as digests,
  case when :with_leaves::boolean then substring(leaves from lo * 32 + 1 for (hi - lo) * 32) end as leaves
from (
  select *, greatest(:start::bigint - first, 0)::integer as lo, least(:stop::bigint - first, count)::integer as hi
  from ledger.batch
  where first >= coalesce((select max(first) from ledger.batch where first <= :start), 0) and first < :stop
    and (:types::text[] is null or type = any(:types::text[]))
    and first + count > :start
) as reached
order by first;

-- name: beyond(size)$
-- A batch that was given a position the tree does not reach.
select id from ledger.batch where first >= :size order by first limit 1;

-- name: kept(batches, slots)
-- What each slot, in the order asked, was entered as; type is null where there is no such slot.
select case when slot < count then type end as type, at, actor, node, substring(digests from slot * 32 + 1 for 32) as digest
from unnest(:batches::bigint[], :slots::integer[]) with ordinality as asked(id, slot, place)
left join ledger.batch using (id)
order by place;

-- name: counts()
-- How many changes of each type have been entered, with a position or without.
select type, sum(count)::bigint as count from ledger.batch group by type;

-- name: entered(type, after, most)
-- The next batches of a type in order of id, whole.
select id, count, subjects, versions from ledger.batch where type = :type and id > :after order by id limit :most;

-- name: behind(after, types)^
-- How many changes of these types stand behind a position, and when the first of them was recorded.
select coalesce(sum(least(count, first + count - 1 - :after)), 0)::bigint as changes, min(at) as oldest
from ledger.batch
where first > :after - 65536 and first + count - 1 > :after and type = any(:types::text[]);

-- name: backlog()^
-- How many changes have no position yet, and when the first of them was recorded.
select coalesce(sum(count), 0)::bigint as count, min(at) as since from ledger.batch where first is null;
