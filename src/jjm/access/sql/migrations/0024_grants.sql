create table access.role_grant (
  id text collate "C" primary key,
  person text not null references access.person (id),
  role text not null,
  place text not null,
  starts_on date not null,
  ends_on date,
  original text references access.role_grant (id),
  reason text,
  asked_at timestamptz not null,
  asked_by text not null,
  asked_by_person text,
  approved_at timestamptz,
  approved_by text,
  ended_at timestamptz,
  ended_by text,
  ended_why text
);
create index role_grant_person on access.role_grant (person);
create index role_grant_role on access.role_grant (role);
create index role_grant_original on access.role_grant (original);
create index role_grant_waiting on access.role_grant (asked_at) where approved_at is null and ended_at is null;
comment on table access.role_grant is 'Roles granted to people for a place and a time; nothing is erased';
comment on column access.role_grant.id is 'GRA-…';
comment on column access.role_grant.person is 'To whom';
comment on column access.role_grant.role is 'Role of standards/roles.yaml';
comment on column access.role_grant.place is 'For which place: node, level/code or department_unit/ID';
comment on column access.role_grant.starts_on is 'First Indian day on which it holds';
comment on column access.role_grant.ends_on is 'Last day; null for no end';
comment on column access.role_grant.original is 'The grant that was passed on by delegation; this one ends with it';
comment on column access.role_grant.reason is 'Order, post or other reason';
comment on column access.role_grant.asked_at is 'When it was made';
comment on column access.role_grant.asked_by is 'Who made it';
comment on column access.role_grant.asked_by_person is 'The account of who made it; null for the keeper of the node with a token';
comment on column access.role_grant.approved_at is 'When it was agreed to; null while it waits for a second person';
comment on column access.role_grant.approved_by is 'Who agreed: the second person, or who made it where one suffices';
comment on column access.role_grant.ended_at is 'When it was revoked, given up, or refused by the second person';
comment on column access.role_grant.ended_by is 'Who ended it';
comment on column access.role_grant.ended_why is 'Why';
