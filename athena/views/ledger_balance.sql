-- name: ledger_balance
-- description: Per arrival hour and stream: the events that the job counted as received and duplicate, and the rows in the tables. missing = received - written - rejected - duplicate - erased is 0 once all files of the hour are complete.
-- written and rejected are counted in click_events and rejected_events, not taken from the ledger: the job's own counters would agree with each other whatever the lake holds.
-- A condition on arrival_hour reaches all three tables, where it skips row groups by arrival_time.
CREATE OR REPLACE VIEW ledger_balance AS
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
