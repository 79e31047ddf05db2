-- name: cohort_revenue
-- description: Revenue per week of the first visit and weeks since then, per currency: what visitors of a week bought at once and later. Robots are excluded.
WITH seen AS (
  SELECT
    event_type,
    currency,
    revenue,
    event_time,
    min(event_time) OVER (PARTITION BY anonymous_id) AS first_seen,
    row_number() OVER (
      PARTITION BY event_type, coalesce(order_id, event_id)
      ORDER BY event_time, event_id
    ) AS report
  FROM click_events
  WHERE anonymous_id IS NOT NULL
    AND session_id IS NOT NULL
    AND NOT coalesce(is_bot, false)
)
SELECT
  CAST(date_trunc('week', first_seen) AS date) AS first_week,
  date_diff('day', first_seen, event_time) / 7 AS weeks_later,
  currency,
  count(*) AS orders,
  sum(revenue) AS revenue
FROM seen
WHERE event_type = 'purchase'
  AND report = 1
GROUP BY
  CAST(date_trunc('week', first_seen) AS date),
  date_diff('day', first_seen, event_time) / 7,
  currency
ORDER BY first_week, weeks_later, currency
