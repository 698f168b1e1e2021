-- name: add^
-- A message, unless the same was told by the same channel under the same key before.
insert into notify.message (
  id, event, version, kind, channel, recipient, person, key, language, template, parts, sealed, status, made_at, due_at,
  expires_at, erase_at, is_secret, quiet_from, quiet_to, settled_at
)
values (
  :id, :event, :version, :kind, :channel, :recipient, :person, :key, :language, :template, :parts, :sealed, :status,
  :made_at, :due_at, :expires_at, :erase_at, :is_secret, :quiet_from, :quiet_to, :settled_at
)
on conflict (event, key, recipient, channel) do nothing
returning id;

-- name: expire
-- Messages that are of no use any more before they were sent.
update notify.message m
set status = 'expired', settled_at = :now, reason = coalesce(m.reason, 'of no use any more before it was sent'),
  sealed = case when m.is_secret then null else m.sealed end
where m.id in (
  select id from notify.message where status = 'waiting' and expires_at <= :now and due_at <= :now
  order by due_at limit :most for update skip locked
)
returning m.id, m.channel;

-- name: claim
-- Take messages that are due, to be sent by who asks; what was due first is to go first.
with taken as (
  update notify.message m
  set status = 'sending', claim = :claim, claimed_at = :now, attempts = m.attempts + 1
  from (
    select id from notify.message where status = 'waiting' and due_at <= :now
    order by due_at, id limit :most for update skip locked
  ) w
  where m.id = w.id
  returning m.id, m.event, m.channel, m.person, m.language, m.template, m.sealed, m.attempts, m.expires_at,
    m.is_secret, m.quiet_from, m.quiet_to, m.due_at
)
select id, event, channel, person, language, template, sealed, attempts, expires_at, is_secret, quiet_from, quiet_to
from taken order by due_at, id;

-- name: settle$
-- How a message stands after it was tried by who took it; the channel if that was still so.
update notify.message
set status = :status, due_at = coalesce(:due_at, due_at), reason = :reason, claim = null,
  carrier = case when :counts then :carrier else carrier end,
  attempts = case when :counts then attempts else attempts - 1 end,
  reference = coalesce(:reference, reference),
  sent_at = case when :status = 'sent' then :now else sent_at end,
  settled_at = case when :status in ('failed', 'unknown') then :now else settled_at end,
  sealed = case when is_secret and :status <> 'waiting' then null else sealed end
where id = :id and claim = :claim and status = 'sending'
returning channel;

-- name: orphans
-- Messages that somebody took who is no more; those of this claim are being sent.
select id, channel, claim from notify.message where status = 'sending' and claim is distinct from :claim;

-- name: report$
-- What the carrier reports later; the status before if that was taken.
update notify.message m
set status = :status, reason = :reason, settled_at = :now, sent_at = coalesce(m.sent_at, :now), claim = null
from (select id, status from notify.message where id = :id for update) b
where m.id = b.id and m.channel = :channel and b.status in ('sending', 'sent', 'unknown', 'failed')
  and not (b.status = 'failed' and :status = 'failed')
returning b.status;

-- name: inbox
-- Messages of a person's inbox, the newest first, behind one of them.
select id, event, kind, language, sealed, made_at, read_at
from notify.message
where channel = 'inbox' and person = :person and sealed is not null
  and (made_at, id) < (:before_at, :before_id)
  and (not :unread or read_at is null)
order by made_at desc, id desc
limit :most;

-- name: in_inbox^
-- One message of a person's inbox.
select id, event, kind, language, sealed, made_at, read_at
from notify.message
where id = :id and channel = 'inbox' and person = :person and sealed is not null;

-- name: unread$
-- How many messages of a person's inbox are unread.
select count(*) from notify.message
where channel = 'inbox' and person = :person and sealed is not null and read_at is null;

-- name: mark$
-- Mark a message of a person's inbox as read, or as unread with null.
update notify.message set read_at = case when :read_at::timestamptz is null then null else coalesce(read_at, :read_at) end
where id = :id and channel = 'inbox' and person = :person and sealed is not null
returning id;

-- name: mark_all!
-- Mark all messages of a person's inbox as read.
update notify.message set read_at = :read_at
where channel = 'inbox' and person = :person and read_at is null and sealed is not null;

-- name: preference^
-- What a person wants.
select language, quiet_from, quiet_to, choices::text as choices from notify.preference where person = :person;

-- name: set_preference!
-- Keep what a person wants.
insert into notify.preference (person, language, quiet_from, quiet_to, choices, changed_at)
values (:person, :language, :quiet_from, :quiet_to, (:choices::text)::jsonb, :now)
on conflict (person) do update
set language = excluded.language, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to,
  choices = excluded.choices, changed_at = excluded.changed_at;

-- name: counts
-- How many messages were written since an instant, by channel, event and how they stand.
select channel, event, status, count(*) as messages, coalesce(sum(parts), 0) as parts
from notify.message where made_at >= :since group by channel, event, status order by channel, event, status;

-- name: troubles
-- Messages that did not arrive, the newest first, behind one of them.
select id, event, channel, person, status, attempts, carrier, reason, made_at, settled_at,
  sealed is not null and expires_at > :now as can_be_sent
from notify.message
where status in ('failed', 'unknown', 'expired') and (:status::text is null or status = :status)
  and (made_at, id) < (:before_at, :before_id)
order by made_at desc, id desc
limit :most;

-- name: send_again$
-- Let a message be tried again that did not arrive or of which nobody knows.
update notify.message
set status = 'waiting', due_at = :now, attempts = 0, settled_at = null, reason = null
where id = :id and status in ('failed', 'unknown') and sealed is not null and expires_at > :now
returning id;

-- name: known$
-- How a message stands.
select status from notify.message where id = :id;

-- name: erase_words$
-- Erase words whose term is over, as many as that; how many it were.
with gone as (
  update notify.message set sealed = null
  where id in (select id from notify.message where sealed is not null and erase_at <= :now order by erase_at limit :most)
  returning 1
)
select count(*) from gone;

-- name: forget$
-- Forget messages written before an instant, as many as that; how many it were.
with gone as (
  delete from notify.message
  where id in (select id from notify.message where made_at < :before order by made_at limit :most)
  returning 1
)
select count(*) from gone;

-- name: people_told
-- People behind one whose words are kept, each once.
select distinct person from notify.message
where person > :after and sealed is not null order by person limit :most;

-- name: erase_of_people!
-- Erase the words to people, and what they wanted; what was not sent is sent no more.
with gone as (delete from notify.preference where person = any(:people::text[]))
update notify.message
set sealed = null, status = case when status = 'waiting' then 'expired' else status end,
  reason = case when status = 'waiting' then 'the account was closed' else reason end
where person = any(:people::text[]);

-- name: hold_back$
-- After a restore: what may have been sent since the backup is not sent again; how many it were.
with held as (
  update notify.message
  set status = 'unknown', settled_at = :now, claim = null,
    reason = 'restored from a backup, after which it may have been sent',
    sealed = case when is_secret then null else sealed end
  where status in ('waiting', 'sending')
  returning 1
)
select count(*) from held;

-- name: standing
-- How many messages wait, are being sent, or are unknown, by channel.
select channel, status, count(*) as messages from notify.message
where status in ('waiting', 'sending') group by channel, status;

-- name: take_the_post$
-- Be the one process of the node that sends; false while another is.
select pg_try_advisory_lock(:key);

-- name: leave_the_post$
-- Let another process send.
select pg_advisory_unlock(:key);

-- name: messages_to_wrap
-- Messages behind one that need another master key than this.
select id as key, sealed as first from notify.message
where id > :after and sealed is not null and substr(sealed, 17, 4) <> :current
order by 1
limit :most;

-- name: wrap_messages!
-- Keep messages under another master key, where they are still as they were.
update notify.message t set sealed = u.first
from unnest(:keys::text[], :was_first::bytea[], :first::bytea[]) u (key, was_first, first)
where t.id = u.key and t.sealed = u.was_first;
