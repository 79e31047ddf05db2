-- name: raw_events
-- description: One line of the raw archive, before the job touched it: a record as the producer sent it, unless the record is compressed or has line ends. The only column of the table raw_events, partitioned by year, month, day and hour of arrival.
-- Generated from athena/contracts/raw_event.avsc: change that file, then run ./lake generate-files.
CREATE EXTERNAL TABLE IF NOT EXISTS clickstream.raw_events (
  `event` string COMMENT 'The line as received, JSON as a rule: json_extract_scalar reads a field of it. Not readable as text where the record is compressed. May hold personal data.'
)
PARTITIONED BY (
  `year` string COMMENT 'Year of arrival, UTC, as 2026',
  `month` string COMMENT 'Month of arrival, UTC, from 01 to 12',
  `day` string COMMENT 'Day of arrival, UTC, from 01 to 31',
  `hour` string COMMENT 'Hour of arrival, UTC, from 00 to 23'
)
ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe'
STORED AS TEXTFILE
LOCATION 's3://${raw_bucket}/raw/'
TBLPROPERTIES ('classification' = 'json', 'compressionType' = 'gzip')
