-- name: orders
-- description: One row per order: its first purchase event, with the lines and the revenue.
-- If an order was reported twice, under two event ids, the first report counts.
CREATE OR REPLACE VIEW orders AS
SELECT
  year,
  month,
  day,
  order_id,
  event_time AS ordered,
  user_id,
  anonymous_id,
  session_id,
  currency,
  revenue,
  items,
  cardinality(items) AS lines
FROM (
  SELECT
    *,
    row_number() OVER (
      PARTITION BY coalesce(order_id, event_id)
      ORDER BY event_time, event_id
    ) AS report
  FROM click_events
  WHERE event_type = 'purchase'
)
WHERE report = 1
