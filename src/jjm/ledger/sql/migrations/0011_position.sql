create function ledger.position(entry bigint) returns bigint
language sql stable parallel safe
return (select b.first + (entry & 65535) from ledger.batch b where b.id = entry >> 16);
comment on function ledger.position is 'Position of the change behind a record''s entry; null while it has none.';
