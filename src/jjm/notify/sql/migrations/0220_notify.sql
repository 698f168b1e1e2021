create schema if not exists notify;
comment on schema notify is 'What people are told of: messages on their way and in the inbox, and what each person wants';

create table notify.message (
  id text collate "C" primary key,
  event text not null,
  version text not null,
  kind text not null,
  channel text not null,
  recipient text collate "C" not null,
  person text collate "C",
  key text not null,
  language text not null,
  template text,
  parts smallint,
  sealed bytea,
  status text not null,
  attempts smallint not null default 0,
  made_at timestamptz not null,
  due_at timestamptz not null,
  expires_at timestamptz not null,
  erase_at timestamptz not null,
  is_secret boolean not null default false,
  quiet_from time,
  quiet_to time,
  claim text,
  claimed_at timestamptz,
  carrier text,
  reference text,
  sent_at timestamptz,
  settled_at timestamptz,
  reason text,
  read_at timestamptz,
  unique (event, key, recipient, channel)
);
create index message_waiting on notify.message (due_at, id) where status = 'waiting';
create index message_sending on notify.message (id) where status = 'sending';
create index message_inbox on notify.message (person, made_at desc, id desc) where channel = 'inbox';
create index message_troubled on notify.message (made_at desc, id desc) where status in ('failed', 'unknown', 'expired');
create index message_erasing on notify.message (erase_at) where sealed is not null;
create index message_made on notify.message (made_at);
comment on table notify.message is 'Messages, one for each person and channel: written with what they tell of, sent afterwards, once';
comment on column notify.message.id is 'Name of the message; carriers know it as idempotency key and it stands in the Message-ID of mails';
comment on column notify.message.event is 'Event of standards/notices';
comment on column notify.message.version is 'Version of its file';
comment on column notify.message.kind is 'Kind of event, by which people choose';
comment on column notify.message.channel is 'inbox, email, sms or whatsapp';
comment on column notify.message.recipient is 'Pseudonym of the person, or the blind value of the address of somebody without an account';
comment on column notify.message.person is 'Pseudonym of the person; null for an address without an account';
comment on column notify.message.key is 'What the caller says it is about: the same event is told once under a key to each recipient by each channel';
comment on column notify.message.language is 'Language of the words';
comment on column notify.message.template is 'Id under which the words are registered with the carrier';
comment on column notify.message.parts is 'How many SMS the words take';
comment on column notify.message.sealed is 'Words, and the address of somebody without an account, sealed; null once erased';
comment on column notify.message.status is 'waiting, sending, sent, delivered, failed, unknown, expired';
comment on column notify.message.attempts is 'How often it was tried';
comment on column notify.message.made_at is 'When it was written';
comment on column notify.message.due_at is 'When it is to be sent, or tried again';
comment on column notify.message.expires_at is 'When it is of no use any more';
comment on column notify.message.erase_at is 'When the words are erased';
comment on column notify.message.is_secret is 'True where the words are erased as soon as they were sent';
comment on column notify.message.quiet_from is 'From when on it is not sent, in Indian time; null for what is urgent';
comment on column notify.message.quiet_to is 'Until when';
comment on column notify.message.claim is 'Which round of which process tries it, so that no other settles it';
comment on column notify.message.claimed_at is 'When it was last taken to be tried';
comment on column notify.message.carrier is 'Carrier that took it';
comment on column notify.message.reference is 'What the carrier calls it';
comment on column notify.message.sent_at is 'When a carrier took it';
comment on column notify.message.settled_at is 'When it came to its end: delivered, failed, unknown or expired';
comment on column notify.message.reason is 'Why it was not sent or did not arrive; never an address or words';
comment on column notify.message.read_at is 'When the person read it in the inbox';

create table notify.preference (
  person text collate "C" primary key,
  language text,
  quiet_from time not null,
  quiet_to time not null,
  choices jsonb not null,
  changed_at timestamptz not null
);
comment on table notify.preference is 'What people want to be told and how; who is not here has what the node begins with';
comment on column notify.preference.person is 'Pseudonym of the person';
comment on column notify.preference.language is 'Language of messages; null for that of the account';
comment on column notify.preference.quiet_from is 'From when on nothing is sent that is not urgent, in Indian time';
comment on column notify.preference.quiet_to is 'Until when';
comment on column notify.preference.choices is 'Channels by kind of event, for kinds of which the person has chosen';
comment on column notify.preference.changed_at is 'When the person last changed it';
