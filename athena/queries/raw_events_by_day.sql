-- name: raw_events_by_day
-- description: Records per day of arrival (UTC) in the raw archive, unprocessed by the job, and the number of distinct event ids in them.
-- The archive holds every record at least once: a failure of Firehose can duplicate one.
-- A gzip file has no columns to skip: only the partition keys limit the bytes read.
SELECT
  year,
  month,
  day,
  count(*) AS records,
  -- Null, and not counted, where a line is not complete JSON.
  count(DISTINCT json_extract_scalar(try(json_parse(event)), '$.event_id')) AS event_ids
FROM raw_events
GROUP BY year, month, day
ORDER BY year, month, day
