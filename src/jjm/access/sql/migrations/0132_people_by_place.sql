create index person_place on access.person (place, id);
