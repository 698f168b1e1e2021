-- name: lent
-- Agreements by which others lend this node something personal.
select id, node, state, document, signatures, types, ends_at, signature, signed_by, position, taken, begun_at, told_at,
  fault, ended_at
from federation.agreement order by node, id;

-- name: lent_one^
-- One of them, held until the transaction ends.
select id, node, state, document, signatures, types, ends_at, signature, signed_by, position, taken, begun_at, told_at,
  fault, ended_at
from federation.agreement where id = :id for update;

-- name: keep_lent!
-- Keep what a node told of an agreement; one that was ended here begins anew.
insert into federation.agreement (id, node, state, document, signatures, types, ends_at, told_at)
values (:id, :node, :state, :document, :signatures, :types, :ends_at, :now)
on conflict (id) do update set state = excluded.state, document = excluded.document, signatures = excluded.signatures,
  types = excluded.types, ends_at = excluded.ends_at, told_at = excluded.told_at, ended_at = null
where federation.agreement.node = excluded.node;

-- name: sign_lent!
-- Somebody here has decided to sign.
update federation.agreement set signature = :signature, signed_at = :now, signed_by = :actor where id = :id;

-- name: advance_lent!
-- Note up to where personal parts were taken.
update federation.agreement set position = :position, taken = taken + :taken, fault = null,
  begun_at = coalesce(begun_at, case when :taken > 0 then :now::timestamptz end)
where id = :id;

-- name: fault_lent!
-- Note why none could be taken.
update federation.agreement set fault = :fault where id = :id;

-- name: end_lent!
-- What was lent under it is erased.
update federation.agreement set state = :state, ended_at = :now, position = -1, taken = 0, begun_at = null where id = :id;

-- name: again_lent!
-- Ask anew for what a node lends of these types.
update federation.agreement set position = -1, taken = 0, begun_at = null
where node = :node and types && :types::text[] and ended_at is null;
