-- Running cases of a version are looked for every few seconds, in the order of their names; nobody asks for a state.
drop index workflow.item_workflow;
create index item_workflow on workflow.item (workflow, version, id) where ended_at is null;
