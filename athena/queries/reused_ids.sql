-- name: reused_ids
-- description: Ids that producers gave to several events, which differ in type, time or content, or were repeated after dedup.window: up to 100, the most frequent first.
SELECT
  event_id,
  count(*) AS events,
  count(DISTINCT event_type) AS types,
  min(event_time) AS first_time,
  max(event_time) AS last_time
FROM click_events
GROUP BY event_id
HAVING count(*) > 1
ORDER BY events DESC, event_id
LIMIT 100
