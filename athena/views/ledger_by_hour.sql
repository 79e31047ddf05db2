-- name: ledger_by_hour
-- description: The counts of the job, one row per arrival hour and stream. received = written + rejected + duplicate. Flagged and late are parts of written, and loaded, filled and replayed of received. Erased rows were written or rejected, and are gone.
-- The rows of the ledger add up: each checkpoint of the job adds some.
CREATE OR REPLACE VIEW ledger_by_hour AS
SELECT
  year,
  month,
  day,
  arrival_hour,
  stream,
  sum(if(outcome = 'received', events, 0)) AS received,
  sum(if(outcome = 'written', events, 0)) AS written,
  sum(if(outcome = 'rejected', events, 0)) AS rejected,
  sum(if(outcome = 'duplicate', events, 0)) AS duplicate,
  sum(if(outcome = 'flagged', events, 0)) AS flagged,
  sum(if(outcome = 'late', events, 0)) AS late,
  sum(if(outcome = 'loaded', events, 0)) AS loaded,
  sum(if(outcome = 'filled', events, 0)) AS filled,
  sum(if(outcome = 'replayed', events, 0)) AS replayed,
  sum(if(outcome = 'erased', events, 0)) AS erased
FROM ledger
GROUP BY year, month, day, arrival_hour, stream
