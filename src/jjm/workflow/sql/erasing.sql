-- name: still_there
-- Documents of cases that hold something, and steps at which something was said, up to an instant.
select d.item, d.number, 'documents' as kind, d.at, d.digest
from workflow.document d
where d.item = any(:items::text[]) and d.at <= :up_to and d.erased_at is null
union all
select s.item, s.number, 'comments', s.at, null
from workflow.step s
where s.item = any(:items::text[]) and s.at <= :up_to and s.comment is not null and s.action <> all(:grounds::text[])
order by 1, 2, 3;

-- name: erase_documents!
-- What these documents hold is to be erased, by these steps.
update workflow.document d
set erased_at = :at, erased_by = :by, erased_in = u.step, position = null, taken_at = null
from unnest(:items::text[], :numbers::integer[], :steps::integer[]) u(item, number, step)
where d.item = u.item and d.number = u.number;

-- name: erase_contents!
-- What no document holds any more is gone.
update workflow.content c set key = null, body = null, clean = null
where c.digest = any(:digests::bytea[])
  and not exists (select from workflow.document d where d.digest = c.digest and d.erased_at is null);

-- name: erase_comments!
-- What was said at these steps is erased, by these steps; its digest stays in their documents.
update workflow.step s
set comment = null, salt = null, erased_in = u.step
from unnest(:items::text[], :numbers::integer[], :steps::integer[]) u(item, number, step)
where s.item = u.item and s.number = u.number;
