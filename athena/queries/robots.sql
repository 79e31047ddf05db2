-- name: robots
-- description: Events per robot and its purpose: crawlers for AI training and AI search, agents that act for a person, search engines, previews, others.
SELECT
  agent_class,
  browser_name,
  count(*) AS events,
  CAST(100.00 * count(*) / sum(count(*)) OVER () AS decimal(5, 2)) AS percent
FROM click_events
WHERE is_bot
GROUP BY agent_class, browser_name
ORDER BY events DESC, agent_class, browser_name
