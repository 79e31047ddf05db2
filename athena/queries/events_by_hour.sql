-- name: events_by_hour
-- description: Events and visits per hour of the newest day (UTC).
WITH newest AS (
  SELECT year, month, day
  FROM click_events
  GROUP BY year, month, day
  ORDER BY year DESC, month DESC, day DESC
  LIMIT 1
)
SELECT
  date_trunc('hour', e.event_time) AS hour,
  count(*) AS events,
  count(DISTINCT e.session_id) AS visits
FROM click_events AS e
JOIN newest AS n
  ON e.year = n.year AND e.month = n.month AND e.day = n.day
GROUP BY date_trunc('hour', e.event_time)
ORDER BY hour
