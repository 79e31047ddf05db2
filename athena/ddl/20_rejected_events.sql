-- name: rejected_events
-- description: One event that could not be written to click_events, as a JSON line. Columns of the table rejected_events, partitioned by reason, year, month and day of arrival.
-- Written from flink-app/src/main/avro/rejected_event.avsc: change that file, then run
--   ./mvnw -q -pl athena -am test -Dtest=TableTest -Dathena.write-ddl=true -Dsurefire.failIfNoSpecifiedTests=false
CREATE EXTERNAL TABLE IF NOT EXISTS clickstream.rejected_events (
  `column_name` string COMMENT 'Column that the reason is about, where there is one.',
  `message` string COMMENT 'What was wrong, without any value of the event.',
  `stream` string COMMENT 'Kinesis stream of the record.',
  `shard_id` string COMMENT 'Kinesis shard of the record.',
  `sequence_number` string COMMENT 'Kinesis sequence number of the record.',
  `position` int COMMENT 'Place of the event in its record, from 0.',
  `arrival_time` timestamp COMMENT 'When Kinesis received the record, UTC.',
  `job_version` string COMMENT 'Version of the job that rejected it.',
  `payload` string COMMENT 'Original bytes of the event: text, or base64, as payload_encoding says.',
  `payload_encoding` string COMMENT 'utf-8 or base64.'
)
PARTITIONED BY (
  `reason` string COMMENT 'Why the event could not be written',
  `year` string COMMENT 'Year of arrival_time, UTC, as 2026',
  `month` string COMMENT 'Month of arrival_time, UTC, from 01 to 12',
  `day` string COMMENT 'Day of arrival_time, UTC, from 01 to 31'
)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
STORED AS TEXTFILE
LOCATION 's3://${processed_bucket}/rejected_events/'
TBLPROPERTIES ('classification' = 'json')
