-- Names are found by each of their words, and by the letters they are written with; all of them are noted anew at start.
truncate registry.name;
drop index registry.name_key;
drop index registry.name_sound;
drop index registry.name_key_trigram;
alter table registry.name drop constraint name_pkey;
alter table registry.name drop column sound;
alter table registry.name add column place smallint not null;
alter table registry.name add primary key (type, id, name, place);
create index name_key on registry.name (type, key, place) include (id, rank, area);
create index name_area on registry.name (area);
comment on column registry.name.key is 'The name from this word on, in Latin letters, folded';
comment on column registry.name.area is 'The area it is, or the first it lies in';
comment on column registry.name.place is 'Which word of the name the key begins with, from 0';

create table registry.spelling (
  key text collate "C" primary key,
  sound text collate "C" not null,
  near integer[] not null
);
create index spelling_sound on registry.spelling (sound);
create index spelling_near on registry.spelling using gin (near) with (fastupdate = on, gin_pending_list_limit = 512);
comment on table registry.spelling is 'Every key that names ever had, once, for spellings that differ from what is asked';
comment on column registry.spelling.key is 'The key, as in registry.name';
comment on column registry.spelling.sound is 'Its consonants, so that spellings of one sound meet';
comment on column registry.spelling.near is 'Hashes of its beginning, whole and with each letter left out, so that a typing error still meets it';

create table registry.named (
  type text primary key,
  basis text not null
);
comment on table registry.named is 'By what rules the names of each type were last noted; other rules note them anew';
comment on column registry.named.type is 'Registry type';
comment on column registry.named.basis is 'The fields searched and the edition of the folding';
