-- name: refunds
-- description: Orders, refunded orders, and revenue before and after refunds, per currency.
-- The revenue of a refund event is the amount that went back: subtract it. Refunds of orders that are not in the lake do not count.
WITH orders AS (
  SELECT
    order_id,
    currency,
    revenue,
    row_number() OVER (
      PARTITION BY coalesce(order_id, event_id)
      ORDER BY event_time, event_id
    ) AS report
  FROM click_events
  WHERE event_type = 'purchase'
),
refunds AS (
  SELECT
    order_id,
    sum(revenue) AS refunded
  FROM click_events
  WHERE event_type = 'refund'
  GROUP BY order_id
)
SELECT
  currency,
  count(*) AS orders,
  count(refunded) AS refunded_orders,
  sum(revenue) AS revenue,
  coalesce(sum(refunded), 0) AS refunded,
  sum(revenue) - coalesce(sum(refunded), 0) AS net_revenue
FROM orders
LEFT JOIN refunds USING (order_id)
WHERE report = 1
GROUP BY currency
ORDER BY currency
