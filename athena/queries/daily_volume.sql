-- name: daily_volume
-- description: Events, visits and orders per day (UTC).
SELECT
  year,
  month,
  day,
  count(*) AS events,
  count(DISTINCT session_id) AS visits,
  count(DISTINCT order_id) FILTER (WHERE event_type = 'purchase') AS orders
FROM click_events
GROUP BY year, month, day
ORDER BY year, month, day
