// Checks that each alarm has everything besides its definition in alarms.tf: scenarios, metrics and a section in the runbook.

import { FAILURES, timeline } from "./scenarios.mjs";

const PARTS = ["**What it means**", "**What to check**", "**What to do**"];

// Sections of the runbook by alarm: name → text.
function sections(runbook) {
  const alarms = runbook.split("\n# Other work")[0].split(/^## /m).slice(1);
  return new Map(alarms.map((section) => [section.split("\n")[0], section]));
}

// Returns one line per missing part, with the file. alarms: from planned.mjs; runbook: its text; reported: names of all
// metrics of the services and the job.
export function missing(alarms, plan, runbook, reported) {
  const pages = sections(runbook);
  const played = new Set(FAILURES.flatMap(({ fires }) => Object.keys(fires)));
  const sent = new Set(Object.keys(timeline(1, plan, () => ({}))));
  const lines = [];
  for (const { name, metrics } of alarms) {
    if (!played.has(name)) {
      lines.push(`${name}: add a failure with fires: { "${name}": MINUTES } to FAILURES in terraform/alarm_model/scenarios.mjs`);
    }
    for (const key of metrics.map((metric) => metric.key)) {
      if (!sent.has(key)) lines.push(`${name}: add ${key} of a healthy day to healthy() in terraform/alarm_model/scenarios.mjs`);
      const metric = key.split(" ")[0];
      if (!reported.has(metric)) {
        lines.push(`${name}: add ${metric} with its dimensions to terraform/tests/fixtures/cloudwatch_metrics.json, or let the job register it`);
      }
    }
    const page = pages.get(name);
    if (page === undefined) {
      lines.push(`${name}: add a section "## ${name}" to terraform/docs/runbook.md, before "# Other work"`);
    } else {
      for (const part of PARTS.filter((text) => !page.includes(text))) {
        lines.push(`${name}: add "${part}" to its section in terraform/docs/runbook.md`);
      }
    }
  }
  const names = new Set(alarms.map(({ name }) => name));
  for (const name of pages.keys()) {
    if (!names.has(name)) lines.push(`${name}: terraform/docs/runbook.md has a section for an alarm that does not exist`);
  }
  return lines;
}
