create table workflow.begun (
  workflow text not null,
  start text not null,
  source text collate "C" not null,
  step integer not null,
  at timestamptz not null,
  item text collate "C" references workflow.item (id),
  refused text,
  primary key (workflow, start, source, step)
);
create index begun_refused on workflow.begun (workflow, at) where refused is not null;
comment on table workflow.begun is 'What began cases by itself, each thing once, and what could not';
comment on column workflow.begun.workflow is 'Workflow of the new case';
comment on column workflow.begun.start is 'Action by which it begins; ADOPTED for a record that came in from elsewhere';
comment on column workflow.begun.source is 'Record that came or met a condition, or case that moved';
comment on column workflow.begun.step is 'Step of that case; 0 for a record';
comment on column workflow.begun.at is 'When it was dealt with';
comment on column workflow.begun.item is 'The case that began';
comment on column workflow.begun.refused is 'Why none began';
