-- name: late_events
-- description: Number of late events per day, and their maximum delay in minutes.
SELECT
  concat(year, '-', month, '-', day) AS date,
  count(*) AS events,
  count_if(is_late) AS late,
  max(date_diff('minute', event_time, arrival_time)) AS longest_delay_minutes
FROM click_events
GROUP BY year, month, day
ORDER BY date
