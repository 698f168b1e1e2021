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
