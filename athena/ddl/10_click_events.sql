-- name: click_events
-- description: One clickstream event as it lies in the lake. This file is the only list of columns of the table click_events. Columns are only ever added, at the end, and new ones are nullable.
-- Written from flink-app/src/main/avro/click_event.avsc: change that file, then run
--   ./mvnw -q -pl athena -am test -Dtest=TableTest -Dathena.write-ddl=true -Dsurefire.failIfNoSpecifiedTests=false
CREATE EXTERNAL TABLE IF NOT EXISTS clickstream.click_events (
  `event_id` string COMMENT 'Identity of the event. Where the event carries none: derived from stream, shard, sequence number and position in the record, so the same on every replay.',
  `event_type` string COMMENT 'What happened: page_view, product_view, search, add_to_cart, checkout, purchase, or any name the producer uses.',
  `event_time` timestamp COMMENT 'When it happened, by the clock of the producer, UTC. Decides the year, month and day of the row.',
  `arrival_time` timestamp COMMENT 'When Kinesis received the record, UTC.',
  `processed_time` timestamp COMMENT 'When the job parsed the event, UTC.',
  `user_id` string COMMENT 'Signed-in user. An id that holds personal data is hashed with privacy.hash-key, or null without one.',
  `anonymous_id` string COMMENT 'Device or browser identity before sign-in.',
  `session_id` string COMMENT 'Visit the event belongs to.',
  `page_url` string COMMENT 'Full address of the page, redacted by the privacy rules.',
  `page_host` string COMMENT 'Host of page_url, lower case.',
  `page_path` string COMMENT 'Path of page_url.',
  `page_title` string COMMENT 'Title of the page.',
  `referrer_url` string COMMENT 'Address of the page that linked here, redacted by the privacy rules.',
  `utm_source` string COMMENT 'Campaign source, from the event or the query string of page_url.',
  `utm_medium` string COMMENT 'Campaign medium, from the event or the query string of page_url.',
  `utm_campaign` string COMMENT 'Campaign name, from the event or the query string of page_url.',
  `utm_term` string COMMENT 'Campaign term, from the event or the query string of page_url.',
  `utm_content` string COMMENT 'Campaign content, from the event or the query string of page_url.',
  `product_id` string COMMENT 'Product that the event is about.',
  `product_name` string COMMENT 'Name of that product.',
  `category` string COMMENT 'Category of that product.',
  `brand` string COMMENT 'Brand of that product.',
  `price` decimal(18,4) COMMENT 'Price of one piece, in currency.',
  `quantity` int COMMENT 'Pieces.',
  `currency` string COMMENT 'ISO 4217 code, upper case.',
  `order_id` string COMMENT 'Order that a checkout or purchase belongs to.',
  `revenue` decimal(18,4) COMMENT 'Order total. Where absent, the sum of price times quantity over items, or of the event itself, for purchases.',
  `items` array<struct<product_id:string,price:decimal(18,4),quantity:int>> COMMENT 'Lines of the order or cart.',
  `search_term` string COMMENT 'What the visitor searched for.',
  `properties` map<string,string> COMMENT 'Whatever else the event carried, flattened with dots. Arrays as JSON text.',
  `stream` string COMMENT 'Kinesis stream of the record. Named by the service, so no text of a producer.',
  `shard_id` string COMMENT 'Kinesis shard of the record. Named by the service, so no text of a producer.',
  `sequence_number` string COMMENT 'Kinesis sequence number of the record. Given by the service, so no text of a producer.',
  `page_query` string COMMENT 'Query string of page_url without the question mark, redacted by the privacy rules.',
  `click_id` string COMMENT 'Click identifier of an ad network, from the query string of page_url.',
  `click_id_type` string COMMENT 'Which click identifier it is: gclid, fbclid, msclkid and so on.',
  `referrer_host` string COMMENT 'Host of referrer_url, lower case.',
  `referrer_medium` string COMMENT 'search, social, email, paid, ai (an assistant), internal or unknown. Null without a referrer.',
  `referrer_source` string COMMENT 'Name of the referring site, such as Google.',
  `device_class` string COMMENT 'Desktop, Phone, Tablet and so on, from the user agent.',
  `device_brand` string COMMENT 'Brand of the device, from the user agent.',
  `os_name` string COMMENT 'Operating system, from the user agent.',
  `os_version` string COMMENT 'Version of the operating system, from the user agent.',
  `browser_name` string COMMENT 'Browser or other agent, from the user agent.',
  `browser_version` string COMMENT 'Version of the browser, from the user agent.',
  `is_bot` boolean COMMENT 'Whether the user agent is a robot. Null without a user agent.',
  `geo_country` string COMMENT 'ISO 3166-1 alpha-2 code of the country, from the IP address.',
  `geo_region` string COMMENT 'First subdivision of the country, from the IP address.',
  `geo_city` string COMMENT 'City, from the IP address.',
  `geo_timezone` string COMMENT 'IANA time zone, from the IP address.',
  `is_late` boolean COMMENT 'Whether the event arrived longer after its event_time than late.after.',
  `quality_flags` array<string> COMMENT 'Names of the quality rules with action flag that the event broke, and marks of the job such as properties_truncated. Names of rules and columns, so no text of a producer.',
  `bot_kind` string COMMENT 'What the robot is there for: ai_training, ai_search, ai_agent (acts for a person), search, preview, monitoring, automation, library or other. Null unless is_bot.'
)
PARTITIONED BY (
  `year` string COMMENT 'Year of event_time, UTC, as 2026',
  `month` string COMMENT 'Month of event_time, UTC, from 01 to 12',
  `day` string COMMENT 'Day of event_time, UTC, from 01 to 31'
)
STORED AS PARQUET
LOCATION 's3://${processed_bucket}/click_events/'
TBLPROPERTIES ('classification' = 'parquet', 'parquet.compression' = 'ZSTD')
