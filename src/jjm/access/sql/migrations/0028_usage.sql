create table access.usage (
  application text not null references access.application (id),
  day date not null,
  calls bigint not null,
  refused bigint not null,
  failed bigint not null,
  bytes bigint not null,
  primary key (application, day)
);
comment on table access.usage is 'Calls of applications by day in India, counted in memory and added up every ten seconds';
comment on column access.usage.application is 'Who called';
comment on column access.usage.day is 'Day in India';
comment on column access.usage.calls is 'Calls answered, in whatever way';
comment on column access.usage.refused is 'Of these, answered with a status from 400 to 499';
comment on column access.usage.failed is 'Of these, answered with a status from 500 on';
comment on column access.usage.bytes is 'Bytes of the bodies of the answers';

create table access.usage_refusal (
  application text not null references access.application (id),
  day date not null,
  status smallint not null,
  code text not null,
  calls bigint not null,
  primary key (application, day, status, code)
);
comment on table access.usage_refusal is 'What calls were refused for or failed by, by day in India';
comment on column access.usage_refusal.application is 'Who called';
comment on column access.usage_refusal.day is 'Day in India';
comment on column access.usage_refusal.status is 'Status of the answer';
comment on column access.usage_refusal.code is 'Code of the problem; empty where the answer was none';
comment on column access.usage_refusal.calls is 'How many calls';

create table access.usage_last (
  application text primary key references access.application (id),
  last_use timestamptz not null,
  position bigint
);
comment on table access.usage_last is 'When an application was last heard of, and how far it has read the feed';
comment on column access.usage_last.application is 'Who called';
comment on column access.usage_last.last_use is 'Its last call';
comment on column access.usage_last.position is 'The last X-Position that a feed answered it; null before the first';
