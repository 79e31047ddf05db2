-- name: daily_page_hits
-- description: The ten most viewed pages per day. Robots are excluded.
WITH hits AS (
  SELECT
    concat(year, '-', month, '-', day) AS date,
    page_path,
    count(*) AS hits
  FROM click_events
  WHERE event_type IN ('page_view', 'product_view', 'search')
    AND page_path IS NOT NULL
    AND NOT coalesce(is_bot, false)
  GROUP BY year, month, day, page_path
),
ranked AS (
  SELECT
    date,
    page_path,
    hits,
    row_number() OVER (PARTITION BY date ORDER BY hits DESC, page_path) AS place
  FROM hits
)
SELECT date, place, page_path, hits
FROM ranked
WHERE place <= 10
ORDER BY date, place
