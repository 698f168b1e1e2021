create schema if not exists federation;
comment on schema federation is 'Other nodes: the list of them, and how far each is followed';

create table federation.list (
  singleton boolean primary key default true check (singleton),
  serial bigint not null,
  issued timestamptz not null,
  signed text not null,
  digest bytea,
  fetched_at timestamptz not null,
  tried_at timestamptz not null,
  fault text
);
comment on table federation.list is 'The last good list of nodes: one row; on the Centre''s node the one it issued';
comment on column federation.list.singleton is 'Always true; keeps the table at one row';
comment on column federation.list.serial is 'Number of the list; rises with every change of it';
comment on column federation.list.issued is 'When the Centre signed it, by the Centre''s clock';
comment on column federation.list.signed is 'The list as the Centre signed it (compact JWS)';
comment on column federation.list.digest is 'SHA-256 of the nodes in it, by which the Centre notices a change';
comment on column federation.list.fetched_at is 'When it was last had from the Centre';
comment on column federation.list.tried_at is 'When the Centre was last asked';
comment on column federation.list.fault is 'Why the last try brought no good list; null where it did';
create table federation.peer (
  name text primary key,
  size bigint not null default 0,
  edge jsonb not null,
  head_size bigint not null default 0,
  checkpoint text,
  epoch text,
  taken bigint not null default 0,
  tried_at timestamptz,
  reached_at timestamptz,
  fault text,
  forked_at timestamptz
);
comment on table federation.peer is 'Nodes of which copies are kept, and how far each is followed';
comment on column federation.peer.name is 'Name of the node';
comment on column federation.peer.size is 'How many entries of its ledger were taken up';
comment on column federation.peer.edge is 'Right-hand edge of its Merkle tree there';
comment on column federation.peer.head_size is 'How many entries its newest checkpoint seen speaks of';
comment on column federation.peer.checkpoint is 'That checkpoint, as the node signed it';
comment on column federation.peer.epoch is 'History in which those positions were given';
comment on column federation.peer.taken is 'How many versions were taken as copies';
comment on column federation.peer.tried_at is 'When it was last asked, or pushed';
comment on column federation.peer.reached_at is 'When that last went well';
comment on column federation.peer.fault is 'Why the last try failed; null where it did not';
comment on column federation.peer.forked_at is 'Since when nothing is taken from it, because its ledger was found rewritten; null where it was not';

create table federation.fork (
  id bigint generated always as identity primary key,
  node text not null,
  found_at timestamptz not null,
  why text not null,
  before text not null,
  after text not null,
  cleared_at timestamptz,
  cleared_by text,
  reason text
);
comment on table federation.fork is 'Evidence of rewritten ledgers: two checkpoints of one node that do not continue each other';
comment on column federation.fork.id is 'Number of the finding';
comment on column federation.fork.node is 'Node whose ledger it is';
comment on column federation.fork.found_at is 'When it was found';
comment on column federation.fork.why is 'What does not fit';
comment on column federation.fork.before is 'The checkpoint seen before, as the node signed it';
comment on column federation.fork.after is 'The checkpoint shown now, as the node signed it';
comment on column federation.fork.cleared_at is 'When a person decided to go on; null while nothing is taken from the node';
comment on column federation.fork.cleared_by is 'Who decided it';
comment on column federation.fork.reason is 'Why';

create table federation.held (
  node text not null,
  type text not null,
  id text not null,
  version integer not null,
  held_at timestamptz not null,
  why text not null,
  content jsonb not null,
  primary key (node, type, id, version)
);
comment on table federation.held is 'Copies that could not be taken, whole, to be tried again';
comment on column federation.held.node is 'Node that made the version';
comment on column federation.held.type is 'Registry type';
comment on column federation.held.id is 'Record';
comment on column federation.held.version is 'Version';
comment on column federation.held.held_at is 'When it was first held back';
comment on column federation.held.why is 'Why it could not be taken';
comment on column federation.held.content is 'The version as it came';

create table federation.bare (
  node text not null,
  type text not null,
  id text not null,
  version integer not null,
  change text not null,
  recorded_at timestamptz not null,
  actor text not null,
  digest bytea not null,
  is_erased boolean not null default false,
  primary key (node, type, id, version)
);
create index bare_record on federation.bare (node, id);
comment on table federation.bare is 'Versions of other nodes known by their entry alone, since who may not see all of them cannot check them';
comment on column federation.bare.node is 'Node that made the version';
comment on column federation.bare.type is 'Registry type';
comment on column federation.bare.id is 'Record';
comment on column federation.bare.version is 'Version';
comment on column federation.bare.change is 'What the version did';
comment on column federation.bare.recorded_at is 'When it was recorded, as the node entered it';
comment on column federation.bare.actor is 'Who recorded it, as the node entered it; a pseudonym';
comment on column federation.bare.digest is 'Digest of the version, as it stands in that node''s ledger';
comment on column federation.bare.is_erased is 'True once that node''s ledger says that what is personal in it was erased';

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
  told_at timestamptz not null,
  fault text,
  ended_at timestamptz,
  marks jsonb not null default '[]',
  lived bigint not null default -1
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
comment on column federation.agreement.told_at is 'When that node last told of it';
comment on column federation.agreement.fault is 'Why the last try to take parts failed';
comment on column federation.agreement.ended_at is 'When what was lent under it was erased here';
comment on column federation.agreement.marks is 'When what was first taken: up to which position of that node''s ledger, here up to which entry, from when on';
comment on column federation.agreement.lived is 'Up to this position data lives have run: it is erased here and asked for no more';

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
  report jsonb,
  called_off_at timestamptz
);
comment on table federation.handover is 'States that move from the Centre''s node to their own; on the State''s node what the Centre said last';
comment on column federation.handover.node is 'The node that a State moves to';
comment on column federation.handover.state is 'begun, returning, taken_back, called_off or confirmed';
comment on column federation.handover.states is 'LGD codes of the States that move';
comment on column federation.handover.begun_at is 'When it was begun';
comment on column federation.handover.begun_by is 'By whom; a pseudonym';
comment on column federation.handover.quiet_after is 'By the database''s clock: what began to be written before must have ended before the next step';
comment on column federation.handover.position is 'Position of the Centre''s ledger up to which the new node must have followed before it writes';
comment on column federation.handover.decided_at is 'When it was last decided about';
comment on column federation.handover.decided_by is 'By whom; a pseudonym';
comment on column federation.handover.report is 'The comparison on which it was confirmed';
comment on column federation.handover.called_off_at is 'When it was called off without the State''s node; null otherwise';
