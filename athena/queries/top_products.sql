-- name: top_products
-- description: The twenty products with the most pieces sold, with views and pieces added to carts. Robots are excluded.
WITH interest AS (
  SELECT
    product_id,
    max(product_name) AS product_name,
    count_if(event_type = 'product_view') AS views,
    sum(quantity) FILTER (WHERE event_type = 'add_to_cart') AS carted
  FROM click_events
  WHERE product_id IS NOT NULL
    AND NOT coalesce(is_bot, false)
  GROUP BY product_id
),
sales AS (
  SELECT
    item.product_id,
    sum(item.quantity) AS sold
  FROM click_events
  CROSS JOIN UNNEST(items) AS item (product_id, price, quantity, product_name, category, brand, discount, coupon)
  WHERE event_type = 'purchase'
    AND NOT coalesce(is_bot, false)
  GROUP BY item.product_id
)
SELECT
  product_id,
  product_name,
  coalesce(views, 0) AS views,
  coalesce(carted, 0) AS carted,
  coalesce(sold, 0) AS sold
FROM interest
FULL JOIN sales USING (product_id)
ORDER BY sold DESC, views DESC, product_id
LIMIT 20
