-- name: one_at_a_time$
-- Works of one scheme move one after the other, so that of two that end at once the later sees both.
select pg_advisory_xact_lock(7219310, hashtext(:scheme));
