-- name: ledger_imbalance_recent
-- description: Closed arrival hours of the last twelve hours with missing or excess events, late events excluded. No row means that every such event is accounted for.
-- Reads only the partitions of today and yesterday (UTC), so it can run hourly.
-- Two days are enough without late events: if is_late is not set, the event happened up to late.after (an hour by default)
-- before its arrival, so an event that arrives shortly after midnight can be in the partition of the previous day. Twelve hours
-- and a late.after of up to twelve hours reach back to yesterday's first minute and no further. Each closed hour is checked
-- nine times.
-- Late events are in the partition of any day up to time.max-age ago. Both sides exclude them here: the ledger counts them, so
-- received - duplicate - late events must be in today's and yesterday's partitions or in rejected_events, or were erased.
-- ledger_imbalance includes late events, and runs nightly.
-- An hour is closed two hours after its end, as in ledger_imbalance.
SELECT
  arrival_hour,
  stream,
  sum(received) AS received,
  sum(written) AS written_in_time,
  sum(rejected) AS rejected,
  sum(duplicate) AS duplicate,
  sum(late) AS late,
  sum(received) - sum(written) - sum(rejected) - sum(duplicate) - sum(late) - sum(erased) AS missing,
  sum(erased) AS erased_in_time
FROM (
  SELECT
    arrival_hour,
    stream,
    sum(if(outcome = 'received', events, 0)) AS received,
    0 AS written,
    0 AS rejected,
    sum(if(outcome = 'duplicate', events, 0)) AS duplicate,
    sum(if(outcome = 'late', events, 0)) AS late,
    sum(if(outcome = 'erased', events, if(outcome = 'erased_late', -events, 0))) AS erased
  FROM ledger
  WHERE (
      year = date_format(current_timestamp AT TIME ZONE 'UTC', '%Y')
      AND month = date_format(current_timestamp AT TIME ZONE 'UTC', '%m')
      AND day = date_format(current_timestamp AT TIME ZONE 'UTC', '%d')
    ) OR (
      year = date_format(current_timestamp AT TIME ZONE 'UTC' - INTERVAL '1' DAY, '%Y')
      AND month = date_format(current_timestamp AT TIME ZONE 'UTC' - INTERVAL '1' DAY, '%m')
      AND day = date_format(current_timestamp AT TIME ZONE 'UTC' - INTERVAL '1' DAY, '%d')
    )
  GROUP BY arrival_hour, stream
  UNION ALL
  SELECT date_trunc('hour', arrival_time), stream, 0, count(*), 0, 0, 0, 0
  FROM click_events
  WHERE NOT coalesce(is_late, false)
    AND ((
      year = date_format(current_timestamp AT TIME ZONE 'UTC', '%Y')
      AND month = date_format(current_timestamp AT TIME ZONE 'UTC', '%m')
      AND day = date_format(current_timestamp AT TIME ZONE 'UTC', '%d')
    ) OR (
      year = date_format(current_timestamp AT TIME ZONE 'UTC' - INTERVAL '1' DAY, '%Y')
      AND month = date_format(current_timestamp AT TIME ZONE 'UTC' - INTERVAL '1' DAY, '%m')
      AND day = date_format(current_timestamp AT TIME ZONE 'UTC' - INTERVAL '1' DAY, '%d')
    ))
  GROUP BY date_trunc('hour', arrival_time), stream
  UNION ALL
  SELECT date_trunc('hour', arrival_time), stream, 0, 0, count(*), 0, 0, 0
  FROM rejected_events
  WHERE (
      year = date_format(current_timestamp AT TIME ZONE 'UTC', '%Y')
      AND month = date_format(current_timestamp AT TIME ZONE 'UTC', '%m')
      AND day = date_format(current_timestamp AT TIME ZONE 'UTC', '%d')
    ) OR (
      year = date_format(current_timestamp AT TIME ZONE 'UTC' - INTERVAL '1' DAY, '%Y')
      AND month = date_format(current_timestamp AT TIME ZONE 'UTC' - INTERVAL '1' DAY, '%m')
      AND day = date_format(current_timestamp AT TIME ZONE 'UTC' - INTERVAL '1' DAY, '%d')
    )
  GROUP BY date_trunc('hour', arrival_time), stream
)
WHERE arrival_hour >= CAST(current_timestamp AT TIME ZONE 'UTC' AS timestamp(3)) - INTERVAL '12' HOUR
  AND arrival_hour <= CAST(current_timestamp AT TIME ZONE 'UTC' AS timestamp(3)) - INTERVAL '3' HOUR
GROUP BY arrival_hour, stream
HAVING sum(received) - sum(written) - sum(rejected) - sum(duplicate) - sum(late) - sum(erased) <> 0
ORDER BY arrival_hour, stream
