-- name: campaigns
-- description: Visits per campaign and how many of them ended in an order. A visit belongs to its first campaign. Robots are excluded.
WITH visits AS (
  SELECT
    session_id,
    min_by(
      ROW(utm_source, utm_medium, utm_campaign),
      ROW(event_time, event_id)
    ) FILTER (WHERE utm_source IS NOT NULL OR utm_campaign IS NOT NULL) AS campaign,
    bool_or(event_type = 'purchase') AS purchased
  FROM click_events
  WHERE session_id IS NOT NULL
    AND NOT coalesce(is_bot, false)
  GROUP BY session_id
)
SELECT
  campaign[1] AS utm_source,
  campaign[2] AS utm_medium,
  campaign[3] AS utm_campaign,
  count(*) AS visits,
  count_if(purchased) AS visits_with_order,
  CAST(100.0 * count_if(purchased) / count(*) AS decimal(5, 1)) AS conversion_percent
FROM visits
WHERE campaign IS NOT NULL
GROUP BY campaign
ORDER BY visits DESC, utm_source, utm_medium, utm_campaign
