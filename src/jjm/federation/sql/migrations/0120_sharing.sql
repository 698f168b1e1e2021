create table federation.agreement (
  id text primary key,
  node text not null,
  state text not null,
  document jsonb,
  signatures jsonb not null default '[]',
  types text[] not null,
  ends_at timestamptz,
  signature text,
  signed_at timestamptz,
  signed_by text,
  position bigint not null default -1,
  taken bigint not null default 0,
  begun_at timestamptz,
  told_at timestamptz not null,
  fault text,
  ended_at timestamptz
);
comment on table federation.agreement is 'Agreements by which other nodes lend this one what is personal in their records, and how far it was taken';
comment on column federation.agreement.id is 'AGR-… as the other node numbers it; handover:NAME for a State that moves';
comment on column federation.agreement.node is 'The node that lends';
comment on column federation.agreement.state is 'Where it stands, as that node told last; ended once it was erased here';
comment on column federation.agreement.document is 'What both nodes sign; null for a handover';
comment on column federation.agreement.signatures is 'Who signed it, with which key, as that node told';
comment on column federation.agreement.types is 'Registry types it is about';
comment on column federation.agreement.ends_at is 'Not in force from then on, by this node''s own clock';
comment on column federation.agreement.signature is 'The signature of this node: a detached JWS by its own key';
comment on column federation.agreement.signed_at is 'When somebody here decided to sign';
comment on column federation.agreement.signed_by is 'Who decided it; a pseudonym';
comment on column federation.agreement.position is 'Up to which position of that node''s ledger personal parts were asked for';
comment on column federation.agreement.taken is 'How many personal parts were taken since it began anew';
comment on column federation.agreement.begun_at is 'When the first of these was taken; what is older than agreed is erased and read anew';
comment on column federation.agreement.told_at is 'When that node last told of it';
comment on column federation.agreement.fault is 'Why the last try to take parts failed';
comment on column federation.agreement.ended_at is 'When what was lent under it was erased here';

create table federation.nonce (
  key_id text not null,
  nonce text not null,
  expires_at timestamptz not null,
  primary key (key_id, nonce)
);
create index nonce_end on federation.nonce (expires_at);
comment on table federation.nonce is 'Nonces of signed calls between nodes, so that none is answered twice, whatever restarts in between';
comment on column federation.nonce.key_id is 'Thumbprint of the key that signed';
comment on column federation.nonce.nonce is 'The nonce, as it stood in the signature';
comment on column federation.nonce.expires_at is 'Kept until the signature is refused as too old anyway';

create table federation.handover (
  node text primary key,
  state text not null,
  states text[] not null,
  begun_at timestamptz not null,
  begun_by text not null,
  quiet_after timestamptz not null default now() + interval '5 seconds',
  position bigint,
  decided_at timestamptz,
  decided_by text,
  report jsonb
);
comment on table federation.handover is 'States that move from the Centre''s node to their own; on the State''s node what the Centre said last';
comment on column federation.handover.node is 'The node that a State moves to';
comment on column federation.handover.state is 'begun, returning, taken_back or confirmed';
comment on column federation.handover.states is 'LGD codes of the States that move';
comment on column federation.handover.begun_at is 'When it was begun';
comment on column federation.handover.begun_by is 'By whom; a pseudonym';
comment on column federation.handover.quiet_after is 'By the database''s clock: what began to be written before must have ended before the next step';
comment on column federation.handover.position is 'Position of the Centre''s ledger up to which the new node must have followed before it writes';
comment on column federation.handover.decided_at is 'When it was last decided about';
comment on column federation.handover.decided_by is 'By whom; a pseudonym';
comment on column federation.handover.report is 'The comparison on which it was confirmed';
