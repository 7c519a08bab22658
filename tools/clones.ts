// `npm run clones -- REPOSITORIES.csv --out DIR`: the repositories of a class, and the roster for `katas class`.

import { argv, echo } from "zx";

import { UsageError, cloneAll } from "./clones/clone.ts";

const USAGE = "npm run clones -- REPOSITORIES.csv --out DIR";

const [file, ...others] = argv._;
const out: unknown = argv["out"];
if (file === undefined || others.length > 0 || typeof out !== "string" || out === "") {
  echo(`clones: one file and --out are needed: ${USAGE}`);
  process.exitCode = 2;
} else {
  try {
    const { students, missing } = await cloneAll(file, out);
    for (const { student, reason } of missing) echo(`missing  ${student}: ${reason}`);
    echo(`${students - missing.length} of ${students} repositories are in ${out}; the roster is`);
    echo(`  ${out}/class.csv`);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    echo(`clones: ${error.message}`);
    process.exitCode = 2;
  }
}
