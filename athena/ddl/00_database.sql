-- name: database
-- description: The database of the lake's tables and views.
CREATE DATABASE IF NOT EXISTS clickstream
COMMENT 'Clickstream Lake: events, rejected events and the ledger'
