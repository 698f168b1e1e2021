-- name: all_steps
-- Steps of all cases, in order.
select item, number, at, actor, action, from_state, to_state, version, comment, role, place, person, salt, document, entry
from workflow.step
where (item, number) > (:id::text, :number::integer)
order by item, number
limit :most;

-- name: altered_documents
-- Documents that are not as the step says by which they were added.
select d.item, d.number
from workflow.document d left join workflow.step s on s.item = d.item and s.number = d.number
where (s.document::jsonb #>> '{document,kind}', s.document::jsonb #>> '{document,digest}')
  is distinct from (d.kind, encode(d.digest, 'hex'))
order by d.item, d.number;

-- name: strayed
-- Cases that do not stand where their last step says.
select i.id, i.steps as number
from workflow.item i left join workflow.step s on s.item = i.id and s.number = i.steps
where (s.to_state, s.role, s.place, s.person, s.document::jsonb ->> 'workflow', (s.document::jsonb ->> 'level')::integer)
    is distinct from (i.state, i.role, i.place, i.person, i.workflow || '/' || i.version, i.level::integer)
  or exists (select from workflow.step l where l.item = i.id and l.number > i.steps)
order by i.id;
