create table registry.reader (
  name text primary key,
  position bigint not null
);
comment on table registry.reader is 'How far work that follows the ledger has come';
comment on column registry.reader.name is 'The work, such as duplicates';
comment on column registry.reader.position is 'Position of the last entry it has dealt with; -1 before the first';

create function registry.folded_identifier(value text) returns text
language sql immutable parallel safe
return ltrim(regexp_replace(lower(value), '[^[:alnum:]]', '', 'g'), '0');
comment on function registry.folded_identifier is 'An identifier without case, separators and leading zeros, so that spellings of one meet';

-- Most identifiers are written in the folded form, and are found by the primary key.
create index external_id_odd on registry.external_id (type, lower(system), registry.folded_identifier(value))
where system <> lower(system) or value <> registry.folded_identifier(value);
