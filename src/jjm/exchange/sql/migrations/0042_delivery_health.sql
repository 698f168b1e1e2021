alter table exchange.subscription
  add column made_by text,
  add column succeeded_at timestamptz,
  add column failed_at timestamptz,
  add column failed_status smallint,
  add column failed_error text;
update exchange.subscription set made_by = owner,
  succeeded_at = case when last_error is null then last_at end,
  failed_at = case when last_error is not null then last_at end,
  failed_status = case when last_error is not null then last_status end,
  failed_error = last_error;
alter table exchange.subscription alter made_by set not null;
comment on column exchange.subscription.made_by is 'Who made it: its owner, or an officer for it';
comment on column exchange.subscription.succeeded_at is 'When a call was last answered with success';
comment on column exchange.subscription.failed_at is 'When a call last failed or was refused';
comment on column exchange.subscription.failed_status is 'Status of the answer to it; null where there was none';
comment on column exchange.subscription.failed_error is 'What went wrong with it';
