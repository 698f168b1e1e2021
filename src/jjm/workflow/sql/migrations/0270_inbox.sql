-- Counts and filters of an inbox are answered from the index alone, without the cases themselves.
drop index workflow.item_desk;
drop index workflow.item_person;
create index item_desk on workflow.item (role, place, turn, id)
  include (person, workflow, state, due_at, state_due_at, near_at) where ended_at is null;
create index item_person on workflow.item (person, turn, id)
  include (workflow, state, due_at, state_due_at, near_at) where ended_at is null;
