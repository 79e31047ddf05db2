-- name: countries
-- description: Visits and signed-in users by country of the IP address. Null where the country is unknown. Robots are excluded.
SELECT
  geo_country,
  count(DISTINCT session_id) AS visits,
  count(DISTINCT user_id) AS users
FROM click_events
WHERE NOT coalesce(is_bot, false)
GROUP BY geo_country
ORDER BY visits DESC, geo_country
