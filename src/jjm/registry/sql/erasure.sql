-- name: add_erasure!
-- Keep that a record was erased.
insert into registry.erasure (type, id, at, actor, reason, versions, followed)
values (:type, :id, :at, :actor, :reason, :versions, :followed)
on conflict do nothing;

-- name: erasures
-- All erasures, or those by which nothing that hung on the record was erased; oldest first.
select type, id, at, actor, reason, versions from registry.erasure where :all or not followed order by at, type, id;

-- name: follow_erasure!
-- What hung on the record was erased as well.
update registry.erasure set followed = true where type = :type and id = :id and at = :at;

-- name: add_hold!
-- Keep a record from being erased.
insert into registry.hold (type, id, placed_at, placed_by, reason, until)
values (:type, :id, :at, :actor, :reason, :until);

-- name: release_holds
-- End the holds on a record; one row for each that was bound by it.
update registry.hold set released_at = :at, released_by = :actor
where type = :type and id = :id and released_at is null and (until is null or until > :today)
returning placed_at;

-- name: binding_hold^
-- The hold that binds a record longest.
select placed_at, placed_by, reason, until from registry.hold
where type = :type and id = :id and released_at is null and (until is null or until > :today)
order by until desc nulls first, placed_at
limit 1;

-- name: first_held^
-- The first of these records that a hold binds.
select id, reason from registry.hold
where id = any(:ids::text[]) and released_at is null and (until is null or until > :today)
order by id, type, until desc nulls first, placed_at
limit 1;

-- name: held
-- The records that a hold binds.
select distinct type, id from registry.hold where released_at is null and (until is null or until > :today);
