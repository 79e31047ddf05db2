-- name: revenue_by_day
-- description: Orders and revenue per day and currency. Amounts of different currencies are never added.
-- An order that was reported twice, under two event ids, counts once: the first report.
WITH orders AS (
  SELECT
    year,
    month,
    day,
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
  concat(year, '-', month, '-', day) AS date,
  currency,
  count(*) AS orders,
  sum(revenue) AS revenue,
  avg(revenue) AS average_order
FROM orders
WHERE report = 1
GROUP BY year, month, day, currency
ORDER BY date, currency
