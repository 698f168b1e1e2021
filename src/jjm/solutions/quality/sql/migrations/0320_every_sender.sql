-- Tokens and people who import files send as well: what came is counted anew from the beginning of the ledger.
alter table quality.arrival add column states text[] not null default '{}';
delete from quality.arrival;
delete from quality.reader where name = 'feeds';
comment on table quality.arrival is 'How many new results applications and tokens sent and people imported, day by day, as the ledger tells it';
comment on column quality.arrival.sender is 'The application, the name of the token, or the person';
comment on column quality.arrival.states is 'LGD codes of the States in which the records lie';
comment on column quality.fall.sender is 'The application, the name of the token, or the person';
