-- name: next_version$
-- The number of the next decision about a subject; the subject's own row is locked by the caller.
select coalesce(max(version), 0) + 1 from access.decision where type = :type and subject = :subject;

-- name: add_decision!
-- Keep a decision as it was entered.
insert into access.decision (type, subject, version, change, at, actor, document, entry)
values (:type, :subject, :version, :change, :at, :actor, :document, :entry);

-- name: all_decisions
-- The decisions behind one, in the order in which they were entered.
select type, subject, version, document, entry
from access.decision
where entry > :after
order by entry
limit :most;

-- name: decisions
-- The decisions about some subjects, newest first.
select type, subject, version, change, at, actor, document, entry
from access.decision
where subject = any(:subjects)
order by at desc, entry desc
limit :most;
