-- name: one_at_a_time$
-- Samples of one village are approved one after the other, so that two of the same water do not open two cases.
select pg_advisory_xact_lock(7219280, hashtext(:village));
