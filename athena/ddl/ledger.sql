-- name: ledger
-- description: The number of events with one outcome. Columns of the table ledger, partitioned by year, month and day of arrival. Several entries may have the same key, so sum them.
-- Generated from flink-app/src/main/avro/ledger_entry.avsc: change that file, then run ./lake generate-files.
CREATE EXTERNAL TABLE IF NOT EXISTS clickstream.ledger (
  `arrival_hour` timestamp COMMENT 'Hour in which Kinesis received the events, UTC.',
  `stream` string COMMENT 'Kinesis stream of the events.',
  `outcome` string COMMENT 'received, written, rejected, duplicate, flagged, late, loaded, filled, replayed, erased or erased_late. received = written + rejected + duplicate. flagged and late are parts of written. Loaded, filled, replayed of received. Erased_late of erased.',
  `reason` string COMMENT 'Reason of the rejection, also of erased rows that were rejected. Null for other outcomes.',
  `events` bigint COMMENT 'Number of events. Negative in an entry of the command replay that takes rejected events back.'
)
PARTITIONED BY (
  `year` string COMMENT 'Year of arrival_hour, UTC, as 2026',
  `month` string COMMENT 'Month of arrival_hour, UTC, from 01 to 12',
  `day` string COMMENT 'Day of arrival_hour, UTC, from 01 to 31'
)
STORED AS PARQUET
LOCATION 's3://${processed_bucket}/ledger/'
TBLPROPERTIES ('classification' = 'parquet', 'parquet.compression' = 'ZSTD')
