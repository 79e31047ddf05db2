-- name: funnel
-- description: How many visits reached each step from the landing page to the order, in percent of all visits and of the previous step. Robots are excluded.
WITH visits AS (
  SELECT
    session_id,
    bool_or(event_type = 'product_view') AS viewed,
    bool_or(event_type = 'add_to_cart') AS carted,
    bool_or(event_type = 'checkout') AS checked_out,
    bool_or(event_type = 'purchase') AS purchased
  FROM click_events
  WHERE session_id IS NOT NULL
    AND NOT coalesce(is_bot, false)
  GROUP BY session_id
),
reached AS (
  SELECT
    count(*) AS visited,
    count_if(viewed) AS viewed,
    count_if(carted) AS carted,
    count_if(checked_out) AS checked_out,
    count_if(purchased) AS purchased
  FROM visits
)
SELECT
  step,
  visits,
  CAST(100.0 * visits / nullif(visited, 0) AS decimal(5, 1)) AS percent_of_visits,
  CAST(100.0 * visits / nullif(lag(visits) OVER (ORDER BY position), 0) AS decimal(5, 1))
    AS percent_of_previous_step
FROM reached
CROSS JOIN UNNEST(
  ARRAY['visit', 'product_view', 'add_to_cart', 'checkout', 'purchase'],
  ARRAY[visited, viewed, carted, checked_out, purchased]
) WITH ORDINALITY AS steps (step, visits, position)
ORDER BY position
