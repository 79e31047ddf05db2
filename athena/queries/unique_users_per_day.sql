-- name: unique_users_per_day
-- description: Signed-in users, browsers and visits per day. Robots are excluded.
SELECT
  concat(year, '-', month, '-', day) AS date,
  count(DISTINCT user_id) AS unique_users,
  count(DISTINCT anonymous_id) AS unique_browsers,
  count(DISTINCT session_id) AS visits
FROM click_events
WHERE NOT coalesce(is_bot, false)
GROUP BY year, month, day
ORDER BY date
