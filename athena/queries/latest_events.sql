-- name: latest_events
-- description: The ten latest events of the newest day.
-- Finding the newest day reads no column. The join then prunes all other days while the query runs.
WITH newest AS (
  SELECT year, month, day
  FROM click_events
  GROUP BY year, month, day
  ORDER BY year DESC, month DESC, day DESC
  LIMIT 1
)
SELECT
  e.event_time,
  e.event_type,
  e.user_id,
  e.session_id,
  e.page_path,
  e.event_id
FROM click_events AS e
JOIN newest AS n
  ON e.year = n.year AND e.month = n.month AND e.day = n.day
ORDER BY e.event_time DESC, e.event_id
LIMIT 10
