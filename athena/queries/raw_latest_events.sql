-- name: raw_latest_events
-- description: The ten latest of the events that have arrived since yesterday, as producers sent them.
WITH parsed AS (
  -- Null where the line is not complete JSON.
  SELECT try(json_parse(event)) AS event
  FROM raw_events
  WHERE concat(year, '-', month, '-', day) >= CAST(current_date - INTERVAL '1' DAY AS varchar)
),
timed AS (
  SELECT
    event,
    try(from_iso8601_timestamp(json_extract_scalar(event, '$.event_time'))) AS event_time
  FROM parsed
)
SELECT
  json_extract_scalar(event, '$.event_time') AS event_time,
  json_extract_scalar(event, '$.event_type') AS event_type,
  json_extract_scalar(event, '$.user_id') AS user_id,
  json_extract_scalar(event, '$.session_id') AS session_id,
  json_extract_scalar(event, '$.event_id') AS event_id
FROM timed AS t
WHERE t.event_time IS NOT NULL
ORDER BY t.event_time DESC, json_extract_scalar(event, '$.event_id')
LIMIT 10
