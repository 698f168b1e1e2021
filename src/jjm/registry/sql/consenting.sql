-- name: above
-- For each of these areas those in which it lies today, and itself.
select c.descendant as id, c.ancestor from registry.area_closure c where c.descendant = any(:ids::text[]);
