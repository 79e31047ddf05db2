-- name: devices
-- description: Visits and orders by device class and browser. Robots are included and marked.
WITH visits AS (
  SELECT
    session_id,
    max(device_class) AS device_class,
    max(browser_name) AS browser_name,
    coalesce(bool_or(is_bot), false) AS is_bot,
    bool_or(event_type = 'purchase') AS purchased
  FROM click_events
  WHERE session_id IS NOT NULL
  GROUP BY session_id
)
SELECT
  device_class,
  browser_name,
  is_bot,
  count(*) AS visits,
  count_if(purchased) AS visits_with_order
FROM visits
GROUP BY device_class, browser_name, is_bot
ORDER BY visits DESC, device_class, browser_name
