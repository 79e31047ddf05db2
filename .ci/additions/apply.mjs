// Makes the changes of an addition in a copy of the repository, as a contributor would by hand.
//
//   node apply.mjs ADDITION FOLDER STEP…   makes these steps of its edits.mjs
//   node apply.mjs ADDITION --steps        lists all of its steps
//
// New files lie below ADDITION/files, at their paths in the repository. Every other change is an edit: a pattern that must
// occur exactly once in its file, and the text that replaces it. So unrelated changes of the file do no harm.
import {copyFileSync, mkdirSync, readFileSync, writeFileSync} from "node:fs";
import {dirname, join} from "node:path";
import {fileURLToPath} from "node:url";

const [addition, folder, ...chosen] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const {steps} = await import(`./${addition}/edits.mjs`);

if (folder === "--steps") {
  console.log(Object.keys(steps).join("\n"));
  process.exit();
}
for (const name of chosen) {
  const step = steps[name];
  for (const file of step.files ?? []) {
    mkdirSync(dirname(join(folder, file)), {recursive: true});
    copyFileSync(join(here, addition, "files", file), join(folder, file));
  }
  for (const {file, pattern, replacement} of step.edits ?? []) {
    const text = readFileSync(join(folder, file), "utf8");
    const found = [...text.matchAll(new RegExp(pattern, "g"))].length;
    if (found !== 1) {
      console.error(`${file}: ${pattern} occurs ${found} times instead of once; correct .ci/additions/${addition}/edits.mjs`);
      process.exit(1);
    }
    writeFileSync(join(folder, file), text.replace(pattern, replacement));
  }
}
