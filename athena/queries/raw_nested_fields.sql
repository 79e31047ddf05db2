-- name: raw_nested_fields
-- description: Reads nested fields and arrays of the raw archive: the lines of the orders that have arrived since yesterday.
-- A path descends into objects. UNNEST turns an array into rows. Absent fields are null.
WITH parsed AS (
  -- Null where the line is not complete JSON. DISTINCT, because the archive can hold a record twice.
  SELECT try(json_parse(line)) AS event
  FROM (
    SELECT DISTINCT event AS line
    FROM raw_events
    WHERE concat(year, '-', month, '-', day) >= CAST(current_date - INTERVAL '1' DAY AS varchar)
  )
)
SELECT
  json_extract_scalar(p.event, '$.order.id') AS order_id,
  url_extract_path(json_extract_scalar(p.event, '$.page.url')) AS page_path,
  item.line,
  json_extract_scalar(item.fields, '$.product_id') AS product_id,
  CAST(json_extract_scalar(item.fields, '$.price') AS decimal(18, 4)) AS price,
  CAST(json_extract_scalar(item.fields, '$.quantity') AS bigint) AS quantity
FROM parsed AS p
CROSS JOIN UNNEST(CAST(json_extract(p.event, '$.items') AS array(json)))
  WITH ORDINALITY AS item (fields, line)
WHERE json_extract_scalar(p.event, '$.event_type') = 'purchase'
ORDER BY order_id, page_path, line, product_id
