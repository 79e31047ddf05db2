-- name: raw_events_by_type
-- description: How often producers sent each type of event since yesterday, and its share in percent. No type stands for what is no JSON object, or has none.
WITH parsed AS (
  -- Null where the line is not JSON to its end.
  SELECT try(json_parse(event)) AS event
  FROM raw_events
  WHERE concat(year, '-', month, '-', day) >= CAST(current_date - INTERVAL '1' DAY AS varchar)
)
SELECT
  json_extract_scalar(event, '$.event_type') AS event_type,
  count(*) AS records,
  CAST(100.00 * count(*) / sum(count(*)) OVER () AS decimal(5, 2)) AS percent
FROM parsed
GROUP BY 1
ORDER BY records DESC, event_type
