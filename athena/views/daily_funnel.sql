-- name: daily_funnel
-- description: Number of visits per day (UTC) that reached each step from the landing page to the order. Robots are excluded.
CREATE OR REPLACE VIEW daily_funnel AS
SELECT
  year,
  month,
  day,
  count(*) AS visits,
  count_if(viewed) AS viewed_product,
  count_if(carted) AS added_to_cart,
  count_if(checked_out) AS checked_out,
  count_if(purchased) AS purchased
FROM (
  SELECT
    year,
    month,
    day,
    session_id,
    bool_or(event_type = 'product_view') AS viewed,
    bool_or(event_type = 'add_to_cart') AS carted,
    bool_or(event_type = 'checkout') AS checked_out,
    bool_or(event_type = 'purchase') AS purchased
  FROM click_events
  WHERE session_id IS NOT NULL
    AND NOT coalesce(is_bot, false)
  GROUP BY year, month, day, session_id
)
GROUP BY year, month, day
