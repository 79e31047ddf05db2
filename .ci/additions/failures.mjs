// Lists the failed tests below a folder, from the reports of surefire: one line each, CLASS.METHOD and the message.
import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";

const REPORT = /\/target\/surefire-reports\/TEST-[^/]*\.xml$/;
const FAILED = /<testcase name="([^"]*)" classname="([^"]*)"[^>]*>\s*<(?:failure|error)(?: message="([^"]*)")?/g;

for (const file of readdirSync(process.argv[2], {recursive: true}).map((name) => join(process.argv[2], name))) {
  if (REPORT.test(file)) {
    for (const [, name, owner, message = ""] of readFileSync(file, "utf8").matchAll(FAILED)) {
      console.log(`${owner.replace(/.*\./, "")}.${name.replace(/\W.*/s, "")} ${message.replace(/&#10;|\s+/g, " ")}`);
    }
  }
}
