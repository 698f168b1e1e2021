-- name: take_turn$
-- True for the one that may look at feeds now; until the end of its transaction.
select pg_try_advisory_xact_lock(:key);

-- name: position$
-- How far the ledger was read.
select position from quality.reader where name = :name;

-- name: move_reader!
-- It was read so far.
insert into quality.reader (name, position) values (:name, :position)
on conflict (name) do update set position = excluded.position;

-- name: add!
-- So many new records came from each sender on a day.
insert into quality.arrival (sender, type, day, count, last_at, states)
select u.sender, u.type, u.day, u.count, u.last_at, string_to_array(u.states, ' ')
from unnest(:senders::text[], :types::text[], :days::date[], :counts::bigint[], :lasts::timestamptz[], :states::text[])
  u(sender, type, day, count, last_at, states)
on conflict (sender, type, day) do update
set count = quality.arrival.count + excluded.count, last_at = greatest(quality.arrival.last_at, excluded.last_at),
  states = array(select distinct s from unnest(quality.arrival.states || excluded.states) s order by s);

-- name: seen$
-- Up to which day feeds were weighed.
select day from quality.feeds_seen;

-- name: see!
-- They were weighed up to this day.
insert into quality.feeds_seen (day) values (:day) on conflict (singleton) do update set day = excluded.day;

-- name: forget!
-- Days that no week is compared with any more; of each feed the last stays, as long as it is told.
delete from quality.arrival a
where a.day < :before and exists (
  select from quality.arrival b where (b.sender, b.type) = (a.sender, a.type) and b.day > a.day
);

-- name: feeds
-- Each feed: what came by day up to the day behind a day, in which States it lies, when its last came, and since when it brings too little.
select a.sender, a.type, max(a.last_at) as last_at,
  coalesce(array_agg(a.day order by a.day) filter (where a.day <= :day::date + 1), '{}')::date[] as days,
  coalesce(array_agg(a.count order by a.day) filter (where a.day <= :day::date + 1), '{}')::bigint[] as counts,
  (select f.began from quality.fall f where f.sender = a.sender and f.type = a.type and f.ended is null) as fallen,
  array(
    select distinct s from quality.arrival b cross join unnest(b.states) s
    where b.sender = a.sender and b.type = a.type order by s) as states
from quality.arrival a
group by a.sender, a.type
order by a.sender, a.type;

-- name: falls_on
-- The falls that lasted on a day, with the States in which the records of these feeds lie.
select f.sender, f.type, f.began, f.found, f.usual, array(
    select distinct s from quality.arrival b cross join unnest(b.states) s
    where b.sender = f.sender and b.type = f.type order by s) as states
from quality.fall f
where f.began <= :day and (f.ended is null or f.ended > :day)
order by f.sender, f.type;

-- name: begin_fall!
-- A feed brings too little since a day, of which so many officers were told.
insert into quality.fall (sender, type, began, found, usual, told)
values (:sender, :type, :day, :found, :usual, :told);

-- name: end_fall!
-- It brings enough again.
update quality.fall set ended = :day where sender = :sender and type = :type and ended is null;
