-- name: known_list^
-- The last good list of nodes.
select serial, issued, signed, digest, fetched_at, tried_at, fault from federation.list;

-- name: keep_list!
-- Keep a list in place of the one before.
insert into federation.list (serial, issued, signed, digest, fetched_at, tried_at)
values (:serial, :issued, :signed, :digest, :now, :now)
on conflict (singleton) do update set serial = excluded.serial, issued = excluded.issued, signed = excluded.signed,
  digest = excluded.digest, fetched_at = excluded.fetched_at, tried_at = excluded.tried_at, fault = null;

-- name: note_try!
-- Note that the Centre was asked in vain, and why.
update federation.list set tried_at = :now, fault = :fault;

-- name: remember_nonce$
-- Keep the nonce of a call until it is too old anyway; null where it is kept already.
insert into federation.nonce (key_id, nonce, expires_at) values (:key_id, :nonce, :until)
on conflict do nothing returning nonce;

-- name: forget_nonces!
-- Forget nonces of calls that would be refused as too old.
delete from federation.nonce where expires_at < :now;

-- name: handovers
-- How it stands with States that move to nodes of their own.
select node, state, states, position from federation.handover;
