alter table workflow.item add column near_at timestamptz;
comment on column workflow.item.near_at is 'When four fifths of the promise of the whole case will be used; null without one, or while the clock stands';

create table workflow.recheck (
  role text not null,
  place text not null,
  last boolean not null,
  after text collate "C" not null default '',
  primary key (role, place, last)
);
comment on table workflow.recheck is 'Desks whose cases are to be looked at again, since somebody came to them or went';
comment on column workflow.recheck.role is 'Role of the desk';
comment on column workflow.recheck.place is 'Place of the desk';
comment on column workflow.recheck.last is 'True for cases at the last desk for which a holder of this role might answer now; false for those at the desk';
comment on column workflow.recheck.after is 'The last case that was looked at';
