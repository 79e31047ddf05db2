-- name: total_events
-- description: How many events the lake holds.
SELECT count(*) AS events
FROM click_events
