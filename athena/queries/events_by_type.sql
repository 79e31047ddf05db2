-- name: events_by_type
-- description: How often each type of event happened, and its share of all in percent.
SELECT
  event_type,
  count(*) AS events,
  CAST(100.00 * count(*) / sum(count(*)) OVER () AS decimal(5, 2)) AS percent
FROM click_events
GROUP BY event_type
ORDER BY events DESC, event_type
