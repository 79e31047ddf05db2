-- name: campaign_revenue
-- description: Revenue per campaign and currency. An order belongs to the first campaign of its visit.
WITH visits AS (
  SELECT
    session_id,
    min_by(
      ROW(utm_source, utm_medium, utm_campaign),
      ROW(event_time, event_id)
    ) AS campaign
  FROM click_events
  WHERE session_id IS NOT NULL
    AND (utm_source IS NOT NULL OR utm_campaign IS NOT NULL)
  GROUP BY session_id
),
orders AS (
  SELECT
    session_id,
    currency,
    revenue,
    row_number() OVER (
      PARTITION BY coalesce(order_id, event_id)
      ORDER BY event_time, event_id
    ) AS report
  FROM click_events
  WHERE event_type = 'purchase'
)
SELECT
  campaign[1] AS utm_source,
  campaign[2] AS utm_medium,
  campaign[3] AS utm_campaign,
  currency,
  count(*) AS orders,
  sum(revenue) AS revenue
FROM orders
JOIN visits USING (session_id)
WHERE report = 1
GROUP BY campaign, currency
ORDER BY utm_source, utm_medium, utm_campaign, currency
