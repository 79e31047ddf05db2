-- name: top_searches
-- description: The twenty most frequent search terms, the visits with each, and the visits in which an order followed. Robots are excluded.
WITH searches AS (
  SELECT
    lower(trim(search_term)) AS term,
    session_id,
    count(*) AS searches,
    min(event_time) AS first_search
  FROM click_events
  WHERE event_type = 'search'
    AND search_term IS NOT NULL
    AND NOT coalesce(is_bot, false)
  GROUP BY lower(trim(search_term)), session_id
),
orders AS (
  SELECT
    session_id,
    max(event_time) AS last_order
  FROM click_events
  WHERE event_type = 'purchase'
  GROUP BY session_id
)
SELECT
  term,
  sum(searches) AS searches,
  count(session_id) AS visits,
  count_if(last_order >= first_search) AS visits_with_order
FROM searches
LEFT JOIN orders USING (session_id)
GROUP BY term
ORDER BY searches DESC, term
LIMIT 20
