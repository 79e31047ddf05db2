-- name: sessions
-- description: One row per visit and day (UTC): visitor, duration, origin, and progress towards an order. A visit across midnight has a row on each of its days.
-- The day is part of the key so that a condition on year, month and day prunes partitions.
CREATE OR REPLACE VIEW sessions AS
SELECT
  year,
  month,
  day,
  session_id,
  max(user_id) AS user_id,
  max(anonymous_id) AS anonymous_id,
  min(event_time) AS started,
  max(event_time) AS ended,
  date_diff('second', min(event_time), max(event_time)) AS seconds,
  count(*) AS events,
  min_by(page_path, ROW(event_time, event_id)) AS landing_page,
  min_by(referrer_medium, ROW(event_time, event_id)) AS referrer_medium,
  min_by(utm_campaign, ROW(event_time, event_id)) FILTER (WHERE utm_campaign IS NOT NULL)
    AS utm_campaign,
  max(device_class) AS device_class,
  max(geo_country) AS geo_country,
  coalesce(bool_or(is_bot), false) AS is_bot,
  bool_or(event_type = 'product_view') AS viewed_product,
  bool_or(event_type = 'search') AS searched,
  bool_or(event_type = 'add_to_cart') AS added_to_cart,
  bool_or(event_type = 'checkout') AS checked_out,
  bool_or(event_type = 'purchase') AS purchased
FROM click_events
WHERE session_id IS NOT NULL
GROUP BY year, month, day, session_id
