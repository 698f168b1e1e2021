-- name: keep_content$
-- Keep bytes under their digest; nothing where they are there already.
insert into workflow.content (digest, type, size, key, body, clean)
values (:digest, :type, :size, :key, :body, :clean)
on conflict (digest) do update set type = excluded.type, size = excluded.size, key = excluded.key, body = excluded.body,
  clean = excluded.clean
where workflow.content.key is null
returning true;

-- name: add_document!
-- A document of a case.
insert into workflow.document (item, number, kind, digest, state, at, actor, position, taken_at)
values (:item, :number, :kind, :digest, :state, :at, :actor, :position, :taken_at);

-- name: same$
-- The number of a document that says the same to a case in the same state.
select number from workflow.document
where item = :item and kind = :kind and digest = :digest and state = :state and erased_at is null;

-- name: documents
-- Documents of a case, in order.
select d.number, d.kind, d.digest, d.state, d.at, d.actor, d.position, d.taken_at, d.erased_at, d.erased_by, c.type, c.size,
  c.clean is not null as cleaned, e.comment as erased_why
from workflow.document d join workflow.content c on c.digest = d.digest
  left join workflow.step e on e.item = d.item and e.number = d.erased_in
where d.item = :item
order by d.number;

-- name: content^
-- What a document of a case holds.
select c.digest, c.type, c.key, c.body, c.clean
from workflow.document d join workflow.content c on c.digest = d.digest
where d.item = :item and d.number = :number and d.erased_at is null;

-- name: kinds_since
-- Kinds of documents that were added to a case since it came to its state.
select distinct kind from workflow.document
where item = :item and erased_at is null and number > (
  select max(number) from workflow.step where item = :item and from_state is distinct from to_state);

-- name: erase_document$
-- A document is erased; the digest of what it held.
update workflow.document set erased_at = :at, erased_by = :by, erased_in = :step, position = null, taken_at = null
where item = :item and number = :number and erased_at is null
returning digest;

-- name: erase_content!
-- What no document holds any more is gone.
update workflow.content c set key = null, body = null, clean = null
where c.digest = :digest
  and not exists (select from workflow.document d where d.digest = c.digest and d.erased_at is null);

-- name: keys_to_wrap
-- Keys of contents behind one that need another master key than this.
select encode(digest, 'hex') as key, key as first from workflow.content
where encode(digest, 'hex') > :after and key is not null and substr(key, 17, 4) <> :current
order by 1
limit :most;

-- name: wrap_keys!
-- Keep keys of contents under another master key, where they are still as they were.
update workflow.content t set key = u.first
from unnest(:keys::text[], :was_first::bytea[], :first::bytea[]) u (key, was_first, first)
where t.digest = decode(u.key, 'hex') and t.key = u.was_first;

-- name: positions_to_wrap
-- Positions of photos behind one that need another master key than this.
select item || '/' || number as key, position as first from workflow.document
where item || '/' || number > :after and position is not null and substr(position, 17, 4) <> :current
order by 1
limit :most;

-- name: wrap_positions!
-- Keep positions under another master key, where they are still as they were.
update workflow.document t set position = u.first
from unnest(:keys::text[], :was_first::bytea[], :first::bytea[]) u (key, was_first, first)
where t.item || '/' || t.number = u.key and t.position = u.was_first;
