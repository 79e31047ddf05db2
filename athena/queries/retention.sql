-- name: retention
-- description: Of the browsers that were first seen in a week, how many percent came back 7 to 13 days later (week 1), 14 to 20 days later (week 2), and so on. Robots are excluded.
-- A browser returns with its anonymous_id, so a user with two devices counts twice. The newest weeks cannot have returned yet.
WITH seen AS (
  SELECT
    anonymous_id,
    event_time,
    min(event_time) OVER (PARTITION BY anonymous_id) AS first_seen
  FROM click_events
  WHERE anonymous_id IS NOT NULL
    AND session_id IS NOT NULL
    AND NOT coalesce(is_bot, false)
),
browsers AS (
  SELECT
    CAST(date_trunc('week', min(first_seen)) AS date) AS first_week,
    bool_or(date_diff('day', first_seen, event_time) BETWEEN 7 AND 13) AS week_1,
    bool_or(date_diff('day', first_seen, event_time) BETWEEN 14 AND 20) AS week_2,
    bool_or(date_diff('day', first_seen, event_time) BETWEEN 21 AND 27) AS week_3,
    bool_or(date_diff('day', first_seen, event_time) BETWEEN 28 AND 34) AS week_4
  FROM seen
  GROUP BY anonymous_id
)
SELECT
  first_week,
  count(*) AS browsers,
  CAST(100.0 * count_if(week_1) / count(*) AS decimal(5, 1)) AS week_1_percent,
  CAST(100.0 * count_if(week_2) / count(*) AS decimal(5, 1)) AS week_2_percent,
  CAST(100.0 * count_if(week_3) / count(*) AS decimal(5, 1)) AS week_3_percent,
  CAST(100.0 * count_if(week_4) / count(*) AS decimal(5, 1)) AS week_4_percent
FROM browsers
GROUP BY first_week
ORDER BY first_week
