-- name: forget_tallies!
-- Take away what was counted in these areas.
delete from registry.tally where key = :key and area = any(:areas);

-- name: keep_tallies!
-- Note what was counted in these areas; the values of one area stand in one text.
insert into registry.tally (key, area, values)
select :key, u.area, string_to_array(u.said, ' ')::numeric[]
from unnest(:areas::text[], :values::text[]) u(area, said);

-- name: tallies
-- What was counted in these areas.
select area, values from registry.tally where key = :key and area = any(:areas);

-- name: tallies_kept
-- What was counted for all areas.
select key from registry.tally_kept;

-- name: forget_other_tallies!
-- Forget what other definitions counted.
with gone as (delete from registry.tally_kept where key <> all(:keys) returning key)
delete from registry.tally where key <> all(:keys);

-- name: note_tallies!
-- Note that this was counted for all areas.
insert into registry.tally_kept (key, at)
select u.key, :at from unnest(:keys::text[]) u(key)
on conflict (key) do update set at = excluded.at;
