-- name: daily_page_hits
-- description: How often each page was viewed on each day; robots are left out.
SELECT
  concat(year, '-', month, '-', day) AS date,
  page_path,
  count(*) AS hits
FROM click_events
WHERE event_type IN ('page_view', 'product_view', 'search')
  AND page_path IS NOT NULL
  AND NOT coalesce(is_bot, false)
GROUP BY year, month, day, page_path
ORDER BY date, hits DESC, page_path
