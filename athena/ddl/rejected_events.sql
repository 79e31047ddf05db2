-- name: rejected_events
-- description: One event that could not be written to click_events, with its original bytes. Columns of the table rejected_events, partitioned by year, month and day of arrival.
-- Generated from flink-app/src/main/avro/rejected_event.avsc: change that file, then run ./lake generate-files.
CREATE EXTERNAL TABLE IF NOT EXISTS clickstream.rejected_events (
  `reason` string COMMENT 'Reason of the rejection: malformed_json, missing_value and so on.',
  `column_name` string COMMENT 'Column to which the reason applies, if any.',
  `message` string COMMENT 'Description of the problem, without any value of the event.',
  `stream` string COMMENT 'Kinesis stream of the record.',
  `shard_id` string COMMENT 'Kinesis shard of the record.',
  `sequence_number` string COMMENT 'Kinesis sequence number of the record.',
  `position` int COMMENT 'Position of the event in its record, from 0.',
  `arrival_time` timestamp COMMENT 'When Kinesis received the record, UTC.',
  `job_version` string COMMENT 'Version of the job that rejected the event.',
  `payload` binary COMMENT 'Original bytes of the event, uncompressed: from_utf8(payload) shows them as text. Empty where privacy.consent.field is set, unless the event has consent.'
)
PARTITIONED BY (
  `year` string COMMENT 'Year of arrival_time, UTC, as 2026',
  `month` string COMMENT 'Month of arrival_time, UTC, from 01 to 12',
  `day` string COMMENT 'Day of arrival_time, UTC, from 01 to 31'
)
STORED AS PARQUET
LOCATION 's3://${processed_bucket}/rejected_events/'
TBLPROPERTIES ('classification' = 'parquet', 'parquet.compression' = 'ZSTD')
