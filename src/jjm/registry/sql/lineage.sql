-- name: successors
-- What came of records that ended: the far ends of the last edges that lead away from each.
select distinct l.from_id, l.to_id, v.type
from registry.lineage l
left join lateral (select a.type from registry.area_version a where a.id = l.to_id limit 1) v on true
where l.from_id = any(:ids) and not l.undone and l.to_id <> l.from_id
  and l.effective = (
    select max(m.effective)
    from registry.lineage m
    where m.from_id = l.from_id and not m.undone and m.to_id is distinct from m.from_id)
order by l.from_id, l.to_id;
