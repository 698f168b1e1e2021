-- name: running
-- Open cases on a version of a workflow, behind one of them.
select id from workflow.item
where workflow = :workflow and version = :version and ended_at is null and id > :after
order by id
limit :most;
