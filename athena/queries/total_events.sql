-- name: total_events
-- description: Number of events in the lake.
SELECT count(*) AS events
FROM click_events
