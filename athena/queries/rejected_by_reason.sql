-- name: rejected_by_reason
-- description: Why events were rejected, how often, and since when.
SELECT
  reason,
  column_name,
  message,
  count(*) AS events,
  min(arrival_time) AS first_arrival,
  max(arrival_time) AS last_arrival
FROM rejected_events
GROUP BY reason, column_name, message
ORDER BY events DESC, reason, column_name, message
