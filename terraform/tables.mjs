#!/usr/bin/env node
// Writes the tables of inputs and outputs into docs/inputs.md and the READMEs of the examples and of bootstrap, from
// variables.tf and outputs.tf.
//
//   node terraform/tables.mjs           writes them
//   node terraform/tables.mjs --check   fails if one is out of date; terraform/check runs it

import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const BEGIN = "<!-- Written by terraform/tables.mjs from variables.tf and outputs.tf -->";
const END = "<!-- End of the tables of terraform/tables.mjs -->";

// The blocks of a kind in the files of a folder: name and attributes, in the format of terraform fmt.
function blocks(folder, kind) {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".tf"))
    .sort()
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      return [...text.matchAll(new RegExp(`^${kind} "([^"]+)" \\{\\n([\\s\\S]*?)^\\}`, "gm"))].map(([, name, body]) => ({
        name,
        ...attributes(body),
      }));
    });
}

// Top-level attributes. A value of several lines ends at the next attribute, block or comment.
function attributes(body) {
  const found = {};
  let current;
  for (const line of body.split("\n")) {
    const start = /^ {2}(\w+) += (.*)$/.exec(line);
    if (start) {
      current = start[1];
      found[current] = start[2];
    } else if (/^ {2}(#|\w+ \{)/.test(line) || line === "") {
      current = undefined;
    } else if (current) {
      found[current] += `\n${line.slice(2)}`;
    }
  }
  return found;
}

// Variables that override the retention of a table, from local.retention_overrides in tables.tf: variable → the value of the
// table's contract.
function retentions(folder) {
  const file = join(folder, "tables.tf");
  if (!existsSync(file)) return {};
  const overrides = /^ {2}retention_overrides = \{\n([\s\S]*?)^ {2}\}/m.exec(readFileSync(file, "utf8"))[1];
  const found = {};
  for (const [, table, values] of overrides.matchAll(/^ *(\w+) += \{ (.*) \}$/gm)) {
    const { path, retention } = contracts().find(({ name }) => name === table);
    for (const [, property, variable] of values.matchAll(/(\w+) = var\.(\w+)/g)) {
      found[variable] = `${retention[property] ?? "never"}, from ${path}`;
    }
  }
  return found;
}

function contracts() {
  return ["flink-app/src/main/avro", "athena/contracts"].flatMap((folder) =>
    readdirSync(join(root, "..", folder))
      .filter((file) => file.endsWith(".avsc"))
      .map((file) => ({ path: file, ...JSON.parse(readFileSync(join(root, "..", folder, file), "utf8")).table })),
  );
}

const cell = (text) => text.replace(/\s*\n\s*/g, " ").replaceAll("|", "\\|");
const code = (text) => `\`${cell(text)}\``;
const prose = (literal) => cell(JSON.parse(literal ?? '""'));

export function tables(folder) {
  const inputs = blocks(folder, "variable");
  const outputs = blocks(folder, "output");
  const retention = retentions(folder);
  const lines = ["## Inputs", "", "| name | description | type | default |", "|---|---|---|---|"];
  for (const { name, description, type, default: preset } of inputs) {
    const shown = preset === undefined ? "required" : code(preset) + (name in retention ? ` (${retention[name]})` : "");
    lines.push(`| \`${name}\` | ${prose(description)} | ${code(type)} | ${shown} |`);
  }
  lines.push("", "## Outputs", "", "| name | description |", "|---|---|");
  for (const { name, description } of outputs) {
    lines.push(`| \`${name}\` | ${prose(description)} |`);
  }
  for (const { name, description } of [...inputs, ...outputs]) {
    if (!description) throw new Error(`${relative(root, folder)}: ${name} has no description`);
  }
  return `${BEGIN}\n\n${lines.join("\n")}\n\n${END}\n`;
}

const places = { ".": "docs/inputs.md", bootstrap: "bootstrap/README.md" };
for (const example of readdirSync(join(root, "examples")).sort()) {
  places[`examples/${example}`] = `examples/${example}/README.md`;
}

let outdated = 0;
for (const [folder, place] of Object.entries(places)) {
  const file = join(root, place);
  if (!existsSync(file)) throw new Error(`${place} is missing`);
  const before = readFileSync(file, "utf8");
  const [first, last] = [before.indexOf(BEGIN), before.indexOf(END)];
  if (first < 0 || last < 0) throw new Error(`${place} lacks the marks for the tables: '${BEGIN}' and '${END}'`);
  const after = before.slice(0, first) + tables(join(root, folder)).trimEnd() + before.slice(last + END.length);
  if (after === before) continue;
  if (process.argv.includes("--check")) {
    console.error(`${place} is out of date with the variables and outputs. Run: ./lake generate-files`);
    outdated++;
  } else {
    writeFileSync(file, after);
    console.log(`wrote ${place}`);
  }
}
process.exit(outdated > 0 ? 1 : 0);
