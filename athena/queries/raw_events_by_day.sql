-- name: raw_events_by_day
-- description: Records of each day of arrival (UTC) in the raw archive, before the job touched them, and how many different events they hold.
-- The archive keeps every record at least once: after a failure of Firehose one may be there twice.
-- A gzip file has no columns to skip: the partition keys alone decide how much is read.
SELECT
  year,
  month,
  day,
  count(*) AS records,
  -- Null, and not counted, where a line is not JSON to its end.
  count(DISTINCT json_extract_scalar(try(json_parse(event)), '$.event_id')) AS event_ids
FROM raw_events
GROUP BY year, month, day
ORDER BY year, month, day
