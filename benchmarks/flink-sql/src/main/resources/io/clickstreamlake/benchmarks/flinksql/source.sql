CREATE TEMPORARY TABLE events (
  event_id STRING,
  event_type STRING,
  event_time TIMESTAMP_LTZ(3),
  user_id STRING,
  anonymous_id STRING,
  session_id STRING,
  page ROW<url STRING, title STRING>,
  referrer STRING,
  product ROW<id STRING, name STRING, category STRING, brand STRING, price DECIMAL(18, 4)>,
  quantity INT,
  `currency` STRING,
  `order` ROW<id STRING, total DECIMAL(18, 4)>,
  items ARRAY<ROW<product_id STRING, price DECIMAL(18, 4), quantity INT, product_name STRING, category STRING, brand STRING, discount DECIMAL(18, 4), coupon STRING>>,
  `search` ROW<`term` STRING, results INT>,
  `context` ROW<locale STRING, timezone STRING, screen ROW<width INT>>,
  properties ROW<experiment ROW<button STRING>>
) WITH (
  'connector' = 'filesystem',
  'path' = '${input}',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
)
