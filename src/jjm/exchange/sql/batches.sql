-- name: claim^
-- Take a name for a batch; no row where it is taken.
insert into exchange.batch (id, owner, name, digest, actor, key_id, state, items, body, received_at)
values (:id, :owner, :name, :digest, :actor, :key_id, 'working', :items, :body, :now)
on conflict (owner, name) do nothing
returning *;

-- name: named^
-- A batch by the name that its sender gave it.
select * from exchange.batch where owner = :owner and name = :name;

-- name: batch^
-- A batch.
select * from exchange.batch where id = :id;

-- name: batches
-- The newest batches of an owner.
select id, owner, name, actor, key_id, state, items, accepted, duplicates, refused, received_at, finished_at
from exchange.batch where owner = :owner order by received_at desc, id desc limit :most;

-- name: add_part!
-- Receipts of some items in a row.
insert into exchange.batch_part (batch, first, receipts) values (:batch, :first, :receipts::jsonb);

-- name: count_part!
-- What became of these items.
update exchange.batch set accepted = accepted + :accepted, duplicates = duplicates + :duplicates,
  refused = refused + :refused
where id = :id;

-- name: finish!
-- All items are dealt with; what was sent is not kept.
update exchange.batch set state = 'done', body = null, finished_at = :now where id = :id;

-- name: bodies
-- What is kept of batches that are worked on.
select id, body from exchange.batch where body is not null order by id for update;

-- name: seal_body!
-- Keep the body of a batch sealed.
update exchange.batch set body = :body where id = :id;

-- name: bodies_to_wrap
-- Bodies behind one that need another master key than this.
select id as key, body as first from exchange.batch
where body is not null and id > :after and substr(body, 17, 4) <> :current
order by id
limit :most;

-- name: wrap_bodies!
-- Keep bodies under another master key, where they are still as they were.
update exchange.batch t set body = u.first
from unnest(:keys::text[], :was_first::bytea[], :first::bytea[]) u (key, was_first, first)
where t.id = u.key and t.body = u.was_first;

-- name: done_items$
-- How many items have a receipt.
select coalesce(max(first + jsonb_array_length(receipts)), 0) from exchange.batch_part where batch = :id;

-- name: parts
-- The receipts that reach behind an item.
select first, receipts from exchange.batch_part
where batch = :id and first + jsonb_array_length(receipts) > :after and first < :upto order by first;

-- name: use_nonce^
-- Note a nonce; no row where it was noted before.
insert into exchange.nonce (key_id, nonce, until) values (:key_id, :nonce, :until)
on conflict do nothing returning nonce;

-- name: forget_nonces!
-- Let go of nonces that are too old to be used again.
delete from exchange.nonce where until < :now;
