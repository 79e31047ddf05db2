-- name: quality_flags
-- description: Number of events per quality flag and event type.
SELECT
  flag,
  event_type,
  count(*) AS events
FROM click_events
CROSS JOIN UNNEST(quality_flags) AS flags (flag)
GROUP BY flag, event_type
ORDER BY events DESC, flag, event_type
