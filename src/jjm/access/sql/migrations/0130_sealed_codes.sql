-- Codes are good for ten minutes: what was sent before is sent again.
delete from access.phone_code;
alter table access.phone_code rename column digest to code;
comment on column access.phone_code.code is 'The code, sealed';
