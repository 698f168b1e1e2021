-- name: lent
-- Agreements by which others lend this node something personal.
select id, node, state, document, signatures, types, ends_at, signature, signed_by, position, taken, told_at,
  fault, ended_at, marks, lived
from federation.agreement order by node, id;

-- name: lent_one^
-- One of them, held until the transaction ends.
select id, node, state, document, signatures, types, ends_at, signature, signed_by, position, taken, told_at,
  fault, ended_at, marks, lived
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
-- Note up to where personal parts were taken, and since when they are here.
update federation.agreement set position = :position, taken = taken + :taken, marks = :marks, fault = null where id = :id;

-- name: fault_lent!
-- Note why none could be taken.
update federation.agreement set fault = :fault where id = :id;

-- name: end_lent!
-- What was lent under it is erased; should it begin anew, nothing lives longer for that.
update federation.agreement set state = :state, ended_at = :now, position = lived, taken = 0 where id = :id;

-- name: age_lent!
-- What was lent up to a position has lived its life.
update federation.agreement set lived = greatest(lived, :position), position = greatest(position, :position),
  marks = :marks
where id = :id;

-- name: again_lent!
-- Ask anew for what a node still lends of these types, but under one agreement.
update federation.agreement set position = lived, taken = 0
where node = :node and types && :types::text[] and ended_at is null and id is distinct from :but;
