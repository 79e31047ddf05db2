// The metrics per minute, as the services send them: in health, in a quiet night, and in each failure for which there is an
// alarm. When a service sends data points is documented in its user guide (the CloudWatch pages of Kinesis Data Streams, Data
// Firehose, Managed Service for Apache Flink, Athena, SQS, EventBridge). Where a guide does not document whether an idle
// service sends zeros or nothing, there is a scenario for both.

import { point } from "./cloudwatch.mjs";

// Managed Service for Apache Flink: the default of ten minutes, since its API has no setting.
const CHECKPOINT_TIMEOUT = 10;
const SAMPLES = 4;

// The data points of minute m of a healthy day with events. Undefined: nothing is sent.
function healthy(m, { checkpointSeconds, bufferSeconds }) {
  const buffer = bufferSeconds / 60;
  return {
    IncomingRecords: point(1000),
    WriteProvisionedThroughputExceeded: point(0),
    "GetRecords.IteratorAgeMilliseconds": point(800, 60),
    "DataReadFromKinesisStream.Records": point(1000),
    KinesisMillisBehindLatest: point(500),
    "DeliveryToS3.DataFreshness": point(((m % buffer) + 1) * 60),
    // One attempt per buffer.
    "DeliveryToS3.Success": m % buffer === 0 ? point(1) : undefined,
    downtime: point(0, SAMPLES),
    fullRestarts: point(0, SAMPLES),
    numberOfFailedCheckpoints: point(0, SAMPLES),
    lastCheckpointDuration: point(4000, SAMPLES),
    secondsSinceCheckpoint: point(checkpointSeconds + 5, SAMPLES),
    millisBehindLatest: point(300, SAMPLES),
    "SubscribeToShardEvent.MillisBehindLatest": point(300, 60),
    eventsReceivedPerSecond: point(16, SAMPLES),
    eventsRejectedPerSecond: point(0.02, SAMPLES),
    dataSettingsChanged: point(0, SAMPLES),
    // One sample per hour, the billing period.
    KPUs: m % 60 === 0 ? point(2) : undefined,
    // The check starts at minute 45 and takes up to three minutes.
    "TotalExecutionTime SUCCEEDED": m % 60 === 45 + (Math.floor(m / 60) % 3) ? point(9000) : undefined,
    "TotalExecutionTime FAILED": undefined,
    // A queue that was never used sends nothing.
    ApproximateNumberOfMessagesVisible: undefined,
    TriggeredRules: undefined,
  };
}

const JOB = [
  "downtime", "fullRestarts", "numberOfFailedCheckpoints", "lastCheckpointDuration", "secondsSinceCheckpoint",
  "millisBehindLatest", "eventsReceivedPerSecond", "eventsRejectedPerSecond", "dataSettingsChanged",
  "KPUs",
];

// Kinesis, Firehose, and the readers of the stream.
export const STREAM = [
  "IncomingRecords", "WriteProvisionedThroughputExceeded", "GetRecords.IteratorAgeMilliseconds",
  "SubscribeToShardEvent.MillisBehindLatest", "millisBehindLatest", "DataReadFromKinesisStream.Records",
  "KinesisMillisBehindLatest", "DeliveryToS3.DataFreshness", "DeliveryToS3.Success",
];

export const without = (keys) => Object.fromEntries(keys.map((key) => [key, undefined]));

// No producer sends events. Firehose still reads, but gets none.
const quiet = (zeros) => ({
  IncomingRecords: zeros ? point(0) : undefined,
  WriteProvisionedThroughputExceeded: zeros ? point(0) : undefined,
  "GetRecords.IteratorAgeMilliseconds": point(0, 60),
  "DataReadFromKinesisStream.Records": zeros ? point(0) : undefined,
  KinesisMillisBehindLatest: zeros ? point(0) : undefined,
  "DeliveryToS3.DataFreshness": zeros ? point(0) : undefined,
  "DeliveryToS3.Success": undefined,
  eventsReceivedPerSecond: point(0, SAMPLES),
  eventsRejectedPerSecond: point(0, SAMPLES),
});

const HOURS = 60;

// No alarm may fire in these. at(m) overrides the healthy minute m.
export const HEALTH = [
  { name: "a day of events", at: () => ({}) },
  { name: "a quiet night, idle services send zeros", at: (m) => (m > 120 && m < 600 ? quiet(true) : {}) },
  { name: "a quiet night, idle services send nothing", at: (m) => (m > 120 && m < 600 ? quiet(false) : {}) },
  {
    name: "a trickle: one event every twenty minutes, read a minute later",
    at: (m) => ({
      ...quiet(false),
      IncomingRecords: m % 20 === 0 ? point(1) : undefined,
      "DataReadFromKinesisStream.Records": m % 20 === 1 ? point(1) : undefined,
      "DeliveryToS3.Success": m % 20 === 15 ? point(1) : undefined,
    }),
  },
  {
    name: "maintenance at night: one restart of a minute",
    at: (m) => ({
      fullRestarts: point(m >= 300 ? 1 : 0, SAMPLES),
      ...(m === 300 ? { downtime: point(40000, SAMPLES), lastCheckpointDuration: undefined } : {}),
    }),
  },
  {
    name: "an update of seven minutes, after which all counters start again at 0",
    at: (m) => {
      const before = { fullRestarts: point(2, SAMPLES), numberOfFailedCheckpoints: point(3, SAMPLES) };
      return m < 300 ? before : m < 307 ? without(JOB) : {};
    },
  },
  {
    name: "a burst that the stream refuses for four minutes, and a job that catches up in five",
    at: (m) =>
      m >= 300 && m < 305
        ? { WriteProvisionedThroughputExceeded: point(m < 304 ? 1 : 0, 500), millisBehindLatest: point(120000, SAMPLES) }
        : {},
  },
  {
    name: "one object of the archive that S3 refuses once",
    at: (m, { bufferSeconds }) => (m === Math.ceil(301 / (bufferSeconds / 60)) * (bufferSeconds / 60) ? { "DeliveryToS3.Success": point(0) } : {}),
  },
  { name: "a night in which one ledger check is skipped", at: (m) => (m >= 300 && m < 360 ? { "TotalExecutionTime SUCCEEDED": undefined } : {}) },
];

const failedChecks = (m) => ({
  "TotalExecutionTime SUCCEEDED": undefined,
  "TotalExecutionTime FAILED": healthy(m, { checkpointSeconds: 60, bufferSeconds: 300 })["TotalExecutionTime SUCCEEDED"],
});

// at(since, m) overrides the healthy minute m, where since is the minute of the failure. fires: alarm → maximum minutes until
// it fires, for any phase. stays: the alarm must last as long as the failure.
export const FAILURES = [
  { name: "the job is stopped", fires: { "job-down": 15 }, stays: true, at: () => without(JOB) },
  {
    name: "the job fails and does not restart",
    fires: { "job-down": 15 },
    stays: true,
    at: (since) => ({ ...without(JOB), downtime: point((since + 1) * 60000, SAMPLES), fullRestarts: point(1, SAMPLES) }),
  },
  {
    name: "the job restarts every four minutes",
    fires: { "job-restarts": 25 },
    at: (since) => ({ fullRestarts: point(1 + Math.floor(since / 4), SAMPLES), ...(since % 4 === 0 ? { downtime: point(30000, SAMPLES) } : {}) }),
  },
  {
    name: "checkpoints hang until their timeout, one after another",
    fires: { "checkpoint-failures": 30, "checkpoint-age": 45 },
    stays: true,
    at: (since, m, { checkpointSeconds }) => ({
      numberOfFailedCheckpoints: point(Math.floor(since / CHECKPOINT_TIMEOUT), SAMPLES),
      secondsSinceCheckpoint: point(checkpointSeconds + since * 60, SAMPLES),
    }),
  },
  {
    name: "a checkpoint hangs, and the job restarts at its timeout",
    fires: { "checkpoint-failures": 30 },
    at: (since) => {
      const restarts = Math.floor(since / (CHECKPOINT_TIMEOUT + 2));
      return {
        numberOfFailedCheckpoints: point(Math.floor(since / CHECKPOINT_TIMEOUT), SAMPLES),
        fullRestarts: point(restarts, SAMPLES),
        secondsSinceCheckpoint: point((since % (CHECKPOINT_TIMEOUT + 2)) * 60, SAMPLES),
      };
    },
  },
  {
    name: "no checkpoint completes, and none is counted as failed",
    fires: { "checkpoint-age": 45 },
    stays: true,
    at: (since, m, { checkpointSeconds }) => ({ secondsSinceCheckpoint: point(checkpointSeconds + since * 60, SAMPLES) }),
  },
  {
    name: "every checkpoint is declined at once",
    fires: { "checkpoint-failures": 30 },
    at: (since, m, { checkpointSeconds }) => ({ numberOfFailedCheckpoints: point(1 + Math.floor((since * 60) / checkpointSeconds), SAMPLES) }),
  },
  {
    name: "checkpoints take twenty minutes",
    fires: { "checkpoint-duration": 30 },
    stays: true,
    at: () => ({ lastCheckpointDuration: point(1200000, SAMPLES) }),
  },
  {
    name: "the job is slower than the producers",
    fires: { "job-lag": 60, "consumer-lag": 90 },
    stays: true,
    at: (since) => ({
      millisBehindLatest: point(since * 30000, SAMPLES),
      "SubscribeToShardEvent.MillisBehindLatest": point(since * 30000, 60),
      "GetRecords.IteratorAgeMilliseconds": point(since * 30000, 60),
    }),
  },
  { name: "nothing reads the stream", fires: { "consumer-lag": 30 }, stays: true, at: () => ({ "GetRecords.IteratorAgeMilliseconds": undefined }) },
  {
    name: "the stream refuses records every minute",
    fires: { "producer-throttled": 20 },
    stays: true,
    at: () => ({ WriteProvisionedThroughputExceeded: point(1, 40) }),
  },
  {
    name: "a release of a producer sends five percent invalid events",
    fires: { "rejected-share": 20 },
    stays: true,
    at: () => ({ eventsRejectedPerSecond: point(0.8, SAMPLES) }),
  },
  {
    name: "an update of seven minutes stores a column that was hashed before",
    // Reported for an hour after the start.
    fires: { "settings-changed": 15 },
    at: (since) => (since < 7 ? without(JOB) : { dataSettingsChanged: point(since < 60 ? 1 : 0, SAMPLES) }),
  },
  {
    name: "a closed hour does not add up",
    // At the next check, and up to six minutes after it.
    fires: { "ledger-imbalance": 70 },
    stays: true,
    at: (since, m) => failedChecks(m),
  },
  {
    name: "the ledger check no longer starts",
    // Three hours, or longer if CloudWatch evaluates two more periods.
    fires: { "ledger-check-missing": 6 * HOURS },
    stays: true,
    at: () => ({ "TotalExecutionTime SUCCEEDED": undefined }),
  },
  {
    name: "Firehose holds records and cannot deliver them",
    fires: { "archive-freshness": 60, "archive-failures": 40 },
    stays: true,
    at: (since, m, { bufferSeconds }) => ({
      "DeliveryToS3.DataFreshness": point(bufferSeconds + since * 60),
      "DeliveryToS3.Success": m % (bufferSeconds / 60) === 0 ? point(0) : undefined,
    }),
  },
  {
    name: "Firehose has no permission to read the stream, and sends zeros",
    fires: { "archive-unread": 25 },
    stays: true,
    at: () => ({
      "DataReadFromKinesisStream.Records": point(0),
      KinesisMillisBehindLatest: undefined,
      "DeliveryToS3.DataFreshness": point(0),
      "DeliveryToS3.Success": undefined,
    }),
  },
  {
    name: "Firehose has no permission to read the stream, and sends nothing",
    fires: { "archive-unread": 25 },
    stays: true,
    at: () => without(["DataReadFromKinesisStream.Records", "KinesisMillisBehindLatest", "DeliveryToS3.DataFreshness", "DeliveryToS3.Success"]),
  },
  {
    name: "Firehose never had permission to read the stream",
    always: without(["DataReadFromKinesisStream.Records", "KinesisMillisBehindLatest", "DeliveryToS3.DataFreshness", "DeliveryToS3.Success"]),
    fires: { "archive-unread": 25 },
    stays: true,
    at: () => ({}),
  },
  {
    name: "Firehose's reads are throttled",
    fires: { "archive-behind": 80 },
    stays: true,
    at: (since) => ({ KinesisMillisBehindLatest: point(since * 40000), "DataReadFromKinesisStream.Records": point(300) }),
  },
  {
    name: "a message becomes a dead letter",
    fires: { "dead-letters": 10 },
    stays: true,
    at: () => ({ ApproximateNumberOfMessagesVisible: point(1) }),
  },
  {
    name: "autoscaling exceeds max_kpus",
    // At the next sample.
    fires: { kpus: 70 },
    stays: true,
    at: (since, m) => ({ KPUs: m % 60 === 0 ? point(64) : undefined }),
  },
  { name: "a crawler fails", fires: { "crawler-failed": 10 }, at: (since) => ({ TriggeredRules: since === 0 ? point(1) : undefined }) },
];

// key → data points by minute.
export function timeline(minutes, plan, at) {
  const metrics = {};
  for (let m = 0; m < minutes; m++) {
    for (const [key, sent] of Object.entries({ ...healthy(m, plan), ...at(m) })) {
      (metrics[key] ??= new Array(minutes))[m] = sent;
    }
  }
  return metrics;
}
