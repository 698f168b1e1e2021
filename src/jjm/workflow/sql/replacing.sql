-- name: running
-- Open cases on a version of a workflow.
select id from workflow.item
where workflow = :workflow and version = :version and ended_at is null
order by id
limit :most;
