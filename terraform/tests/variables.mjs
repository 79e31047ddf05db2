#!/usr/bin/env node
// Checks that each variable of the module has everything besides its block in variables.tf: a use, and a test of each
// validation. Prints one line per missing part, with the file. terraform/check runs it.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const read = (folder, ending) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith(ending) && file !== "variables.tf")
    .map((file) => readFileSync(join(root, folder, file), "utf8"))
    .join("\n");

const definitions = readFileSync(join(root, "variables.tf"), "utf8").matchAll(/^variable "(\w+)" \{\n([\s\S]*?)^\}/gm);
const code = read(".", ".tf");
const expected = [...read("tests", ".tftest.hcl").matchAll(/expect_failures = \[([^\]]*)\]/g)].map(([, list]) => list).join(",");
const uses = (text, name) => new RegExp(`\\bvar\\.${name}\\b`).test(text);

const missing = [...definitions].flatMap(([, name, body]) => [
  ...(uses(code, name) ? [] : [`${name}: no .tf file uses it`]),
  ...(!/^ {2}validation \{/m.test(body) || uses(expected, name)
    ? []
    : [`${name}: add a run with expect_failures = [var.${name}] to terraform/tests/variables.tftest.hcl`]),
]);
for (const line of missing) console.error(line);
process.exit(missing.length > 0 ? 1 : 0);
