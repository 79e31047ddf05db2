-- name: experiment
-- description: Reads a field that has no column: how the color of the buy button (properties, experiment.button) relates to orders. Robots are excluded.
-- element_at returns null where the key is absent. A subscript, properties['experiment.button'], would fail there.
WITH visits AS (
  SELECT
    session_id,
    max(element_at(properties, 'experiment.button')) AS button,
    bool_or(event_type = 'add_to_cart') AS carted,
    bool_or(event_type = 'purchase') AS purchased
  FROM click_events
  WHERE session_id IS NOT NULL
    AND NOT coalesce(is_bot, false)
  GROUP BY session_id
)
SELECT
  button,
  count(*) AS visits,
  count_if(carted) AS visits_with_cart,
  count_if(purchased) AS visits_with_order
FROM visits
WHERE button IS NOT NULL
GROUP BY button
ORDER BY button
