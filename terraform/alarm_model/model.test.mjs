// Run by terraform/check: TF_PLANS names the output of
//   terraform test -json -verbose -filter=tests/alarms.tftest.hcl

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { missing } from "./checklist.mjs";
import { calculate, evaluate, parse } from "./cloudwatch.mjs";
import { firesInFailures, notOk, silentInHealth } from "./judge.mjs";
import { readPlans } from "./planned.mjs";
import { STREAM, without } from "./scenarios.mjs";

// The two tables of "Configuring how CloudWatch alarms treat missing data": 0 is OK, X breaches, - is missing. The states are
// those for missing, ignore (R: the previous state is retained), breaching and notBreaching.
const STATES = { O: "OK", A: "ALARM", I: "INSUFFICIENT_DATA", R: "before" };

for (const [datapoints, rows] of [
  [3, [["0-X-X", "OOOO"], ["----0", "OOOO"], ["-----", "IRAO"], ["0XX-X", "AAAA"], ["--X--", "ARAO"]]],
  [2, [["0-X-X", "AAAA"], ["00X0X", "AAAA"], ["0-X--", "OOAO"], ["----0", "OOAO"], ["---X-", "ARAO"]]],
]) {
  test(`given the guide's table for ${datapoints} out of 3 when it is evaluated then the states are those of the guide`, () => {
    for (const [row, states] of rows) {
      ["missing", "ignore", "breaching", "notBreaching"].forEach((missing, i) => {
        const alarm = { comparison: "GreaterThanThreshold", threshold: 0, periods: 3, datapoints, missing };
        const points = [...row].map((c) => ({ 0: 0, X: 1, "-": undefined })[c]);
        assert.equal(evaluate(alarm, points, "before"), STATES[states[i]], `${row}, ${missing}, ${datapoints} of 3`);
      });
    }
  });
}

test("given gaps when metric math is calculated then functions treat them as documented", () => {
  const series = { a: [1, undefined, 4], b: [undefined, undefined, 2], c: [undefined, undefined, undefined] };
  const result = (text, dialect = { missing: "gap", fill: true }) => calculate(parse(text), series, 3, 60, dialect);
  assert.deepEqual(result("DIFF(a)"), [undefined, undefined, 3]);
  assert.deepEqual(result("RATE(a)"), [undefined, undefined, 3 / 120]);
  assert.deepEqual(result("FILL(b, 0)"), [0, 0, 2]);
  assert.deepEqual(result("SUM([a, b])"), [1, undefined, 6]);
  assert.deepEqual(result("a + b"), [undefined, undefined, 6]);
  assert.deepEqual(result("a + b", { missing: "zero", fill: true }), [1, undefined, 6]);
  assert.deepEqual(result("FILL(c, 0)", { missing: "gap", fill: false }), [undefined, undefined, undefined]);
  assert.deepEqual(result("IF(a > 1 AND a * 2 == 8, 10, 0)"), [0, undefined, 10]);
});

const plans = readPlans(readFileSync(process.env.TF_PLANS, "utf8"));
const { defaults, slowest, projection, files, fan_out: fanOut } = Object.fromEntries(plans);

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const runbook = read("docs/runbook.md");
const reported = new Set([
  ...Object.values(JSON.parse(read("tests/fixtures/cloudwatch_metrics.json")).metrics).flatMap(Object.keys),
  ...JSON.parse(read("job_contract.json")).metrics,
]);

test("given every alarm when its checklist is run then scenarios, metrics and runbook are complete", () => {
  assert.deepEqual(missing(defaults.alarms, defaults, runbook, reported), []);
});

test("given an alarm that is only defined when its checklist is run then each missing part is listed with its file", () => {
  const added = { ...defaults.alarms[0], name: "new-alarm", metrics: [{ id: "new", key: "NewMetric", statistic: "Sum" }] };
  assert.deepEqual(
    missing([...defaults.alarms, added], defaults, runbook, reported).map((line) => /new-alarm: add .* (terraform\/[^ ,]+)/.exec(line)?.[1]),
    ["alarm_model/scenarios.mjs", "alarm_model/scenarios.mjs", "tests/fixtures/cloudwatch_metrics.json", "docs/runbook.md"].map((file) => `terraform/${file}`),
  );
});

test("given a runbook with a section that lacks a part or an alarm when the checklist is run then it is listed", () => {
  const changed = runbook.replace("**What to do**", "").replace("# Other work", "## old-alarm\n\n# Other work");
  assert.deepEqual(missing(defaults.alarms, defaults, changed, reported), [
    'job-down: add "**What to do**" to its section in terraform/docs/runbook.md',
    "old-alarm: terraform/docs/runbook.md has a section for an alarm that does not exist",
  ]);
});

for (const [name, plan] of Object.entries({ defaults, slowest })) {
  test(`given the alarms of the run ${name} when everything is healthy then none fires`, () => {
    assert.deepEqual(silentInHealth(plan.alarms, plan), []);
  });

  test(`given the alarms of the run ${name} when something fails then its alarm fires in time, and each alarm has a failure`, () => {
    assert.deepEqual(firesInFailures(plan.alarms, plan), []);
  });
}

test("given projection when its alarms are compared then only that of the crawlers is absent", () => {
  const all = (plan) => plan.alarms.filter(({ name }) => name !== "crawler-failed");
  assert.deepEqual(all(projection), all(defaults));
  assert.equal(projection.alarms.length, defaults.alarms.length - 1);
});

// The alarms of the stream, which a job that reads files does not have.
const OF_STREAM = ["job-lag", "consumer-lag", "producer-throttled", "archive-freshness", "archive-failures", "archive-behind", "archive-unread"];

test("given files as the source when its alarms are compared then only those of stream and archive are absent", () => {
  // The texts differ, the rules do not.
  assert.deepEqual(files.alarms, defaults.alarms.filter(({ name }) => !OF_STREAM.includes(name)));
  assert.equal(files.alarms.length, defaults.alarms.length - OF_STREAM.length);
});

test("given files as the source when no metric of a stream exists then every alarm is OK, and fires in its failures", () => {
  assert.deepEqual(notOk(files.alarms, files, without(STREAM)), []);
  assert.deepEqual(firesInFailures(files.alarms, files, [...OF_STREAM, "kpus"]), []);
});

test("given the alarms of a stream when no metric of a stream exists then the model finds the lags", () => {
  assert.deepEqual(notOk(defaults.alarms, defaults, without(STREAM)).sort(), ["consumer-lag", "job-lag"]);
});

test("given a job with enhanced fan-out when it is slower than the producers then job-lag fires", () => {
  const lag = fanOut.alarms.filter(({ name }) => name === "job-lag");
  const others = fanOut.alarms.map(({ name }) => name).filter((name) => name !== "job-lag");
  assert.deepEqual(lag[0].metrics.map(({ key }) => key), ["SubscribeToShardEvent.MillisBehindLatest"]);
  assert.deepEqual(firesInFailures(lag, fanOut, [...others, "kpus"]), []);
  assert.deepEqual(silentInHealth(lag, fanOut), []);
});

// Faults that the review found, and similar ones: the model must detect each.
const change = (name, values) => defaults.alarms.map((alarm) => (alarm.name === name ? { ...alarm, ...values } : alarm));
const drop = (...names) => defaults.alarms.filter(({ name }) => !names.includes(name));
const problems = (alarms, plan = defaults) => [...silentInHealth(alarms, plan), ...firesInFailures(alarms, plan)].join("\n");

for (const [what, alarms, seen, plan] of [
  [
    "two checkpoint failures in consecutive periods of five minutes (finding 6)",
    change("checkpoint-failures", { period: 300, periods: 2, datapoints: 2 }),
    /checkpoint-failures does not fire within \d+ minutes: checkpoints hang/,
  ],
  ["no alarm for a Firehose that cannot read (finding 12)", drop("archive-unread"), /no alarm archive-unread/],
  ["no alarm for checkpoints that never end", drop("checkpoint-age"), /no alarm checkpoint-age/],
  [
    "a Firehose without data that counts as healthy",
    change("archive-unread", { expressions: [{ id: "result", expression: "IF(incoming > 0 AND read == 0, 1, 0)" }] }),
    /archive-unread does not fire within \d+ minutes: Firehose (has no permission to read the stream, and sends nothing|never had permission)/,
  ],
  [
    "a quiet night that counts as a Firehose that cannot read",
    change("archive-unread", { missing: "breaching" }),
    /archive-unread fires in health: a quiet night, idle services send nothing/,
  ],
  [
    "two archive failures in consecutive periods of five minutes, with a buffer of fifteen",
    slowest.alarms.map((alarm) => (alarm.name === "archive-failures" ? { ...alarm, period: 300, periods: 2, datapoints: 2 } : alarm)),
    /archive-failures does not fire within/,
    slowest,
  ],
  [
    "the ledger check counted by an addition",
    change("ledger-check-missing", { expressions: [{ id: "result", expression: "FILL(succeeded, 0) + FILL(failed, 0)" }] }),
    /ledger-check-missing fires in health: a day of events/,
  ],
  ["a silent job that counts as healthy", change("job-down", { missing: "notBreaching" }), /job-down does not fire .*: the job is stopped/],
  ["a threshold that nothing reaches", change("rejected-share", { threshold: 100 }), /rejected-share does not fire/],
  ["a metric that no service sends", change("dead-letters", { metrics: [{ id: "waiting", key: "ApproximateNumberOfMessages", statistic: "Maximum" }] }), /dead-letters does not fire/],
]) {
  test(`given ${what} when the model judges then it fails`, () => {
    const names = new Set([...seen.source.matchAll(/[a-z]+(-[a-z]+)+/g)].map(([name]) => name));
    const only = alarms.filter(({ name }) => names.has(name));
    assert.match(problems(only, plan), seen);
  });
}
