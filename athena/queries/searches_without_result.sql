-- name: searches_without_result
-- description: The twenty most frequent search terms that found nothing. Robots are excluded.
-- The number of results has no column of its own: it is in properties.
SELECT
  lower(trim(search_term)) AS term,
  count(*) AS searches,
  count(DISTINCT session_id) AS visits
FROM click_events
WHERE event_type = 'search'
  AND search_term IS NOT NULL
  AND element_at(properties, 'search.results') = '0'
  AND NOT coalesce(is_bot, false)
GROUP BY lower(trim(search_term))
ORDER BY searches DESC, term
LIMIT 20
