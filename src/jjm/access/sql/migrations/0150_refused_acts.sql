alter table access.consent_use alter column type drop not null;
comment on table access.consent_use is 'Readings under consents, those that were refused, and what was refused in their own life';
comment on column access.consent_use.reader is 'Application or account that read, or tried';
comment on column access.consent_use.way is 'By which call: record, list, history, feed, export; or which act was refused, such as grant or import';
comment on column access.consent_use.type is 'Type of the records; null for an act';
