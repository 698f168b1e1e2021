-- name: relayed
-- Open proposals of other nodes about these types that nobody here was asked about yet.
select p.id, p.node from registry.proposal p
where p.node <> :node and p.status = 'open' and p.made_on is null and p.about_type = any(:types::text[])
  and not exists (select from registry.proposal q where q.key = 'relayed:' || p.node || ':' || p.id)
order by p.id limit 200;

-- name: decided
-- Open proposals of this node with the proposal by which another node decided them.
select p.id as own, q.id as theirs from registry.proposal p
join registry.proposal q on q.key = 'relayed:' || p.node || ':' || p.id
where p.node = :node and p.status = 'open' and q.node <> :node and q.status <> 'open'
order by p.id limit 200;
