-- name: ledger_imbalance
-- description: Closed arrival hours of the last seven days with missing or excess events. No row means that every event is accounted for.
-- An hour is closed two hours after its end: by then the files of the default roll interval are complete and in the catalog.
-- With a longer roll.interval, replace the two hours by it (INTERVAL '3' HOUR below is the two hours plus the hour itself).
-- Reads every partition of click_events, because late events can be in any of them: run it nightly. ledger_imbalance_recent runs hourly.
-- The inner query repeats the view ledger_balance, so that this query depends on no view.
SELECT
  arrival_hour,
  stream,
  received,
  written,
  rejected,
  duplicate,
  missing,
  erased
FROM (
  SELECT
    arrival_hour,
    stream,
    sum(received) AS received,
    sum(written) AS written,
    sum(rejected) AS rejected,
    sum(duplicate) AS duplicate,
    sum(received) - sum(written) - sum(rejected) - sum(duplicate) - sum(erased) AS missing,
    sum(erased) AS erased
  FROM (
    SELECT
      arrival_hour,
      stream,
      sum(if(outcome = 'received', events, 0)) AS received,
      0 AS written,
      0 AS rejected,
      sum(if(outcome = 'duplicate', events, 0)) AS duplicate,
      sum(if(outcome = 'erased', events, 0)) AS erased
    FROM ledger
    GROUP BY arrival_hour, stream
    UNION ALL
    SELECT date_trunc('hour', arrival_time), stream, 0, count(*), 0, 0, 0
    FROM click_events
    GROUP BY date_trunc('hour', arrival_time), stream
    UNION ALL
    SELECT date_trunc('hour', arrival_time), stream, 0, 0, count(*), 0, 0
    FROM rejected_events
    GROUP BY date_trunc('hour', arrival_time), stream
  )
  GROUP BY arrival_hour, stream
)
WHERE missing <> 0
  AND arrival_hour >= CAST(current_timestamp AT TIME ZONE 'UTC' AS timestamp(3)) - INTERVAL '7' DAY
  AND arrival_hour <= CAST(current_timestamp AT TIME ZONE 'UTC' AS timestamp(3)) - INTERVAL '3' HOUR
ORDER BY arrival_hour, stream
