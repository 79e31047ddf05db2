// Finds the problems of a set of alarms by evaluating each in health and in its failures.

import { DIALECTS, play } from "./cloudwatch.mjs";
import { FAILURES, HEALTH, timeline } from "./scenarios.mjs";

// Alarms that treat missing data as breaching start in alarm: they must be silent once everything has reported.
const STARTED = 2 * 60;
// When a failure starts, after hours of health.
const WARM_UP = 8 * 60;
// Alarms that a variable can disable.
const OPTIONAL = ["kpus"];
// Minutes of the hour at which a failure starts, for different phases of the periods.
const ONSETS = [0, 4, 11, 23, 38, 52];

// Dialects that differ only in expressions are equal for an alarm without an expression.
const dialects = (alarm) =>
  alarm.expressions.length > 0 ? DIALECTS : DIALECTS.filter(({ missing, fill }) => missing === "gap" && fill);

const describe = (dialect) => Object.entries(dialect).map(([name, value]) => `${name} ${value}`).join(", ");

export function silentInHealth(alarms, plan) {
  const problems = [];
  // Most scenarios change the metrics of only a few alarms.
  const played = new Set();
  for (const { name, at } of HEALTH) {
    const minutes = 16 * 60;
    const metrics = timeline(minutes, plan, (m) => at(m, plan));
    for (const alarm of alarms) {
      const seen = alarm.name + JSON.stringify(alarm.metrics.map(({ key }) => metrics[key]));
      if (played.has(seen)) continue;
      played.add(seen);
      for (const dialect of dialects(alarm)) {
        const fired = play(alarm, metrics, dialect, 0, minutes).findIndex((state, t) => t >= STARTED && state === "ALARM");
        if (fired >= 0) {
          problems.push(`${alarm.name} fires in health: ${name}, minute ${fired} (${describe(dialect)})`);
          break;
        }
      }
    }
  }
  return problems;
}

// Alarms that do not become OK when only these metrics are missing: they fire, or the console shows "Insufficient data" for ever.
export function notOk(alarms, plan, missing) {
  const minutes = 16 * 60;
  const metrics = timeline(minutes, plan, () => missing);
  return alarms
    .filter((alarm) => dialects(alarm).some((dialect) => play(alarm, metrics, dialect, 0, minutes).slice(STARTED).some((state) => state !== "OK")))
    .map(({ name }) => name);
}

export function firesInFailures(alarms, plan, absent = OPTIONAL) {
  const problems = [];
  const proven = new Set();
  for (const { name, fires, stays, at, always } of FAILURES) {
    for (const [wanted, limit] of Object.entries(fires)) {
      const alarm = alarms.find((candidate) => candidate.name === wanted);
      if (alarm === undefined) {
        if (!absent.includes(wanted)) problems.push(`there is no alarm ${wanted}, so nothing fires when ${name}`);
        continue;
      }
      proven.add(wanted);
      const lasting = limit + 3 * 60;
      const timelines = ONSETS.map((onset) =>
        timeline(WARM_UP + onset + lasting, plan, (m) => ({ ...always, ...(m < WARM_UP + onset ? {} : at(m - WARM_UP - onset, m, plan)) })),
      );
      const failure = ({ dialect, onset }) => {
        const start = WARM_UP + onset;
        const minutes = start + lasting;
        const metrics = timelines[ONSETS.indexOf(onset)];
        const states = play(alarm, metrics, dialect, start - 5 * 60, minutes);
        if (!always && states[start - 1] === "ALARM") return "is in alarm before anything fails";
        const first = states.findIndex((state, t) => t >= start && state === "ALARM");
        if (first < 0 || first - start > limit) return `does not fire within ${limit} minutes`;
        const ended = stays ? states.findIndex((state, t) => t > first && state !== "ALARM") : -1;
        return ended < 0 ? undefined : `ends after ${ended - first} minutes although the failure continues`;
      };
      search: for (const dialect of dialects(alarm)) {
        for (const onset of ONSETS) {
          const problem = failure({ dialect, onset });
          if (problem !== undefined) {
            problems.push(`${wanted} ${problem}: ${name}, from minute ${onset} of an hour (${describe(dialect)})`);
            break search;
          }
        }
      }
    }
  }
  for (const alarm of alarms) {
    if (!proven.has(alarm.name)) problems.push(`${alarm.name} has no failure in scenarios.mjs in which it fires`);
  }
  return problems;
}
