alter table federation.agreement
  add column marks jsonb not null default '[]',
  add column lived bigint not null default -1;
update federation.agreement set marks = jsonb_build_array(jsonb_build_array(position, 9223372036854775807, begun_at))
where begun_at is not null and document is not null;
alter table federation.agreement drop column begun_at;
comment on column federation.agreement.marks is 'When what was first taken: up to which position of that node''s ledger, here up to which entry, from when on';
comment on column federation.agreement.lived is 'Up to this position data lives have run: it is erased here and asked for no more';
