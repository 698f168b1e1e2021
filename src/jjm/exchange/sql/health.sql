-- name: of_participant
-- The subscriptions of a participant, each with how many dead letters it has.
select s.*, (select count(*) from exchange.dead_letter d where d.subscription = s.id) as dead_letters
from exchange.subscription s
where s.participant = :participant
order by s.id;
