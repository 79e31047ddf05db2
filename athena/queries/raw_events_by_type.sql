-- name: raw_events_by_type
-- description: Number of records per event type that producers have sent since yesterday, and their share in percent. A null type: not a JSON object, or no type.
WITH parsed AS (
  -- Null where the line is not complete JSON.
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
