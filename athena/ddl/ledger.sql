-- name: ledger
-- description: A number of events that had one outcome. Columns of the table ledger, partitioned by year, month and day of arrival. Entries add up.
-- Generated from flink-app/src/main/avro/ledger_entry.avsc: change that file, then run ./lake generate-files.
CREATE EXTERNAL TABLE IF NOT EXISTS clickstream.ledger (
  `arrival_hour` timestamp COMMENT 'Hour in which Kinesis received the events, UTC.',
  `stream` string COMMENT 'Kinesis stream of the events.',
  `outcome` string COMMENT 'received, written, rejected, duplicate, flagged or late. received = written + rejected + duplicate. Flagged and late are parts of written.',
  `reason` string COMMENT 'Why, for rejected.',
  `events` bigint COMMENT 'How many.'
)
PARTITIONED BY (
  `year` string COMMENT 'Year of arrival_hour, UTC, as 2026',
  `month` string COMMENT 'Month of arrival_hour, UTC, from 01 to 12',
  `day` string COMMENT 'Day of arrival_hour, UTC, from 01 to 31'
)
STORED AS PARQUET
LOCATION 's3://${processed_bucket}/ledger/'
TBLPROPERTIES ('classification' = 'parquet', 'parquet.compression' = 'ZSTD')
