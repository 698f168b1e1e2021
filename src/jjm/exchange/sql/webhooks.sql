-- name: add!
-- A new subscription.
insert into exchange.subscription (
  id, owner_kind, owner_id, owner, participant, permits, purpose, agreement, url, description, types, within, kinds, fields, batch,
  position, created_at, made_by
) values (
  :id, :owner_kind, :owner_id, :owner, :participant, :permits, :purpose, :agreement, :url, :description, :types, :within, :kinds,
  :fields, :batch, :position, :created_at, :made_by
);

-- name: change!
-- What a subscription asks for from now on.
update exchange.subscription set url = :url, description = :description, types = :types, within = :within,
  kinds = :kinds, fields = :fields, batch = :batch, generation = generation + 1
where id = :id;

-- name: put!
-- Where a subscription stands from now on, as its owner wants it; couriers of before are not heard any more.
update exchange.subscription set state = :state, reason = :reason, position = :position, attempts = 0,
  failing_since = null, next_at = null, pending_to = null, generation = generation + 1
where id = :id;

-- name: one^
-- A subscription.
select * from exchange.subscription where id = :id;

-- name: lock^
-- A subscription, held until the transaction ends.
select * from exchange.subscription where id = :id for update;

-- name: all_of
-- Subscriptions behind an identifier, of one owner, of some participants, or of all.
select * from exchange.subscription
where id > :after and (:everybody::boolean or (owner_kind = :owner_kind and owner_id = :owner_id) or participant = any(:participants::text[]))
order by id limit :most;

-- name: count_of$
-- How many subscriptions an owner has.
select count(*) from exchange.subscription where owner_kind = :owner_kind and owner_id = :owner_id;

-- name: remove!
-- An end to a subscription.
delete from exchange.subscription where id = :id;

-- name: active
-- All that are to be served.
select * from exchange.subscription where state = 'active' order by id;

-- name: add_secret!
-- One more secret of a subscription.
insert into exchange.webhook_secret (subscription, number, sealed, created_at)
select :subscription, coalesce(max(number), 0) + 1, :sealed, :now
from exchange.webhook_secret where subscription = :subscription;

-- name: retire_secrets!
-- Let the secrets in use end, and drop those that have.
with dropped as (
  delete from exchange.webhook_secret where subscription = :subscription and retires_at <= :now
)
update exchange.webhook_secret set retires_at = :retires_at
where subscription = :subscription and (retires_at is null or retires_at > :retires_at);

-- name: secrets
-- The secrets in use, the newest first.
select subscription, sealed from exchange.webhook_secret
where subscription = any(:subscriptions::text[]) and (retires_at is null or retires_at > :now)
order by subscription, number desc;

-- name: former_secrets
-- Secrets as release 0.1 kept them, which were shorter.
select subscription, number, sealed from exchange.webhook_secret
where octet_length(sealed) = 60
order by subscription, number
for update;

-- name: seal_secret!
-- Keep a secret sealed in another way.
update exchange.webhook_secret set sealed = :sealed where subscription = :subscription and number = :number;

-- name: drop_secret!
-- Keep a secret no more.
delete from exchange.webhook_secret where subscription = :subscription and number = :number;

-- name: secrets_to_wrap
-- Secrets behind one that need another master key than this.
select subscription || '/' || number as key, sealed as first from exchange.webhook_secret
where subscription || '/' || number > :after and substr(sealed, 17, 4) <> :current
order by 1
limit :most;

-- name: wrap_secrets!
-- Keep secrets under another master key, where they are still as they were.
update exchange.webhook_secret t set sealed = u.first
from unnest(:keys::text[], :was_first::bytea[], :first::bytea[]) u (key, was_first, first)
where t.subscription || '/' || t.number = u.key and t.sealed = u.was_first;

-- name: save
-- How far couriers are, unless the owner has changed the subscription meanwhile; who was heard.
update exchange.subscription as s set state = n.state, reason = n.reason, position = n.position,
  attempts = n.attempts, failing_since = n.failing_since, next_at = n.next_at, pending_to = n.pending_to,
  delivered = n.delivered, refused = n.refused, last_at = n.last_at, last_status = n.last_status,
  last_error = n.last_error, last_ms = n.last_ms, succeeded_at = n.succeeded_at, failed_at = n.failed_at,
  failed_status = n.failed_status, failed_error = n.failed_error
from unnest(
  :ids::text[], :generations::integer[], :states::text[], :reasons::text[], :positions::bigint[],
  :attempts::integer[], :failing::timestamptz[], :nexts::timestamptz[], :pendings::bigint[], :delivered::bigint[],
  :refused::bigint[], :lasts::timestamptz[], :statuses::smallint[], :errors::text[], :times::integer[],
  :succeeded::timestamptz[], :failed::timestamptz[], :failed_statuses::smallint[], :failed_errors::text[]
) as n(
  id, generation, state, reason, position, attempts, failing_since, next_at, pending_to, delivered, refused, last_at,
  last_status, last_error, last_ms, succeeded_at, failed_at, failed_status, failed_error
)
where s.id = n.id and s.generation = n.generation
returning s.id;

-- name: note!
-- Calls that were made.
insert into exchange.delivery (subscription, at, first, last, events, attempt, status, ms, error)
select n.* from unnest(
  :ids::text[], :ats::timestamptz[], :firsts::bigint[], :lasts::bigint[], :events::integer[], :attempts::integer[],
  :statuses::smallint[], :times::integer[], :errors::text[]
) as n(subscription, at, first, last, events, attempt, status, ms, error)
where exists (select from exchange.subscription s where s.id = n.subscription);

-- name: forget_deliveries!
-- Keep only the last calls of each of these subscriptions.
delete from exchange.delivery d using (
  select subscription, number, row_number() over (partition by subscription order by number desc) as place
  from exchange.delivery where subscription = any(:ids::text[])
) as old
where d.subscription = old.subscription and d.number = old.number and old.place > :most;

-- name: deliveries
-- The last calls of a subscription, newest first.
select at, first, last, events, attempt, status, ms, error from exchange.delivery
where subscription = :id order by number desc limit :most;

-- name: add_letters!
-- Events that were refused.
insert into exchange.dead_letter (subscription, position, at, status, error)
select n.* from unnest(
  :ids::text[], :positions::bigint[], :ats::timestamptz[], :statuses::smallint[], :errors::text[]
) as n(subscription, position, at, status, error)
where exists (select from exchange.subscription s where s.id = n.subscription)
on conflict (subscription, position) do update
set at = excluded.at, status = excluded.status, error = excluded.error, again = false;

-- name: letters
-- Dead letters of a subscription behind a position.
select position, at, status, error, again from exchange.dead_letter
where subscription = :id and position > :after order by position limit :most;

-- name: count_letters$
-- How many dead letters a subscription has.
select count(*) from exchange.dead_letter where subscription = :id;

-- name: send_again$
-- Mark dead letters, those at these positions or all, to be sent once more; how many those are.
with marked as (
  update exchange.dead_letter set again = true
  where subscription = :id and (:positions::bigint[] is null or position = any(:positions::bigint[]))
  returning 1
)
select count(*) from marked;

-- name: to_send_again
-- Dead letters that somebody asked to send once more.
select subscription, position from exchange.dead_letter where again order by subscription, position;

-- name: drop_letter!
-- A dead letter that has arrived after all.
delete from exchange.dead_letter where subscription = :id and position = :position;

-- name: take_the_desk$
-- Whether this connection is now the one behind which deliveries are made.
select pg_try_advisory_lock(:key);

-- name: leave_the_desk$
-- Leave deliveries to another process.
select pg_advisory_unlock(:key);
