-- name: events_by_type
-- description: Number of events per type, and their share of all events in percent.
SELECT
  event_type,
  count(*) AS events,
  CAST(100.00 * count(*) / sum(count(*)) OVER () AS decimal(5, 2)) AS percent
FROM click_events
GROUP BY event_type
ORDER BY events DESC, event_type
