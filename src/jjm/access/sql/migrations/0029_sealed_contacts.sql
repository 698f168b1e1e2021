-- No release has kept contacts in the open, so that there is nothing to carry over.
delete from access.participant_contact;
alter table access.participant_contact drop column contact, add column sealed bytea not null;
comment on column access.participant_contact.sealed is 'Name, email and telephone as JSON, sealed by the vault of the node';
