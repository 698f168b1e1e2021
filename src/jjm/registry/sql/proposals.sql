-- name: begin_reading!
-- Let work that follows the ledger begin at its beginning.
insert into registry.reader (name, position) values (:name, -1) on conflict do nothing;

-- name: claim_reader$
-- How far the work has come, held against others doing it at the same time; nothing while another does it.
select position from registry.reader where name = :name for update skip locked;

-- name: move_reader!
-- Note how far the work has come.
update registry.reader set position = :position where name = :name;

-- name: proposed
-- Which of these findings were put before a person already, decided or not.
select key from registry.proposal where key = any(:keys)
union
select key from registry.proposal_history where key = any(:keys);

-- name: state_above
-- The State that each of these areas lies in.
select descendant as id, min(ancestor) as state
from registry.area_closure
where descendant = any(:ids) and ancestor_rank = 0
group by descendant;

-- name: spelt_otherwise
-- Other records of the type with an identifier in the same system that differs only in how it is written.
with own as (
  select e.id, e.system, e.value, lower(e.system) as folded_system, registry.folded_identifier(e.value) as folded
  from registry.external_id e
  where e.id = any(:ids) and e.type = :type
)
select own.id, own.system, own.value, o.id as other, o.value as other_value
from own
join registry.external_id o on o.type = :type and o.system = own.folded_system and o.value = own.folded
where own.folded <> '' and o.id <> own.id
union
select own.id, own.system, own.value, o.id, o.value
from own
join registry.external_id o
  on o.type = :type and lower(o.system) = own.folded_system and registry.folded_identifier(o.value) = own.folded
  and (o.system <> lower(o.system) or o.value <> registry.folded_identifier(o.value))
where own.folded <> '' and o.id <> own.id
order by 1, 4, 2, 3, 5;
