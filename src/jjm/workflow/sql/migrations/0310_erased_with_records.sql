-- Documents and comments of cases go with a record that is erased; which step took them is kept.
alter table workflow.step add column erased_in integer;
comment on column workflow.step.erased_in is 'Step by which what was said here was erased; its digest stays in the document';
alter table workflow.document add column erased_in integer;
comment on column workflow.document.erased_in is 'Step by which it was erased, whose comment is the ground';
update workflow.document d set erased_in = s.number
from workflow.step s
where s.item = d.item and s.action = 'DOCUMENT_ERASED' and d.erased_at is not null
  and s.document::jsonb #>> '{document,number}' = d.number::text;
