alter table federation.handover add column called_off_at timestamptz;
comment on column federation.handover.called_off_at is 'When it was called off without the State''s node; null otherwise';
comment on column federation.handover.state is 'begun, returning, taken_back, called_off or confirmed';
