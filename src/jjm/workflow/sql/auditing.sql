-- name: all_steps
-- Steps of all cases, in order.
select s.item, s.number, s.at, s.actor, s.action, s.from_state, s.to_state, s.version, s.comment, s.role, s.place, s.person,
  s.salt, s.document, s.entry, coalesce(e.document::jsonb #> '{erased,comments}' @> to_jsonb(s.number), false) as was_erased
from workflow.step s left join workflow.step e on e.item = s.item and e.number = s.erased_in
where (s.item, s.number) > (:id::text, :number::integer)
order by s.item, s.number
limit :most;

-- name: altered_documents
-- Documents that are not as the step says by which they were added.
select d.item, d.number
from workflow.document d left join workflow.step s on s.item = d.item and s.number = d.number
where (s.document::jsonb #>> '{document,kind}', s.document::jsonb #>> '{document,digest}')
  is distinct from (d.kind, encode(d.digest, 'hex'))
order by d.item, d.number;

-- name: vanished_documents
-- Documents that hold nothing any more without a step that says so.
select d.item, d.number
from workflow.document d join workflow.content c on c.digest = d.digest
  left join workflow.step e on e.item = d.item and e.number = d.erased_in
where (d.erased_at is not null or c.key is null) and not coalesce(
  e.document::jsonb #> '{document,number}' = to_jsonb(d.number)
    or e.document::jsonb #> '{erased,documents}' @> to_jsonb(d.number), false)
order by d.item, d.number;

-- name: strayed
-- Cases that do not stand where their last step says.
select i.id, i.steps as number
from workflow.item i left join workflow.step s on s.item = i.id and s.number = i.steps
where (s.to_state, s.role, s.place, s.person, s.document::jsonb ->> 'workflow', (s.document::jsonb ->> 'level')::integer)
    is distinct from (i.state, i.role, i.place, i.person, i.workflow || '/' || i.version, i.level::integer)
  or exists (select from workflow.step l where l.item = i.id and l.number > i.steps)
order by i.id;
