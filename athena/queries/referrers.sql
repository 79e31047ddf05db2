-- name: referrers
-- description: Where visits come from: referrer medium and source of the first event of each visit. Robots are excluded.
WITH visits AS (
  SELECT
    session_id,
    min_by(
      ROW(referrer_medium, coalesce(referrer_source, referrer_host)),
      ROW(event_time, event_id)
    ) AS origin
  FROM click_events
  WHERE session_id IS NOT NULL
    AND NOT coalesce(is_bot, false)
  GROUP BY session_id
)
SELECT
  coalesce(origin[1], 'direct') AS medium,
  origin[2] AS source,
  count(*) AS visits
FROM visits
GROUP BY origin
ORDER BY visits DESC, medium, source
