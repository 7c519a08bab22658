/**
 * `npm run soak -- [--times N] [--load N] [--kata SLUG] [--match TEXT]`: grades reference, alternatives and mutants
 * again and again and compares the results byte by byte. A flaky verdict is a bug in us.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gradeKata, prepareHosts, readKata } from "../src/grade/index.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { values } = parseArgs({
  options: {
    times: { type: "string", default: "20" },
    load: { type: "string", default: "0" },
    kata: { type: "string", default: "bank-balance" },
    match: { type: "string", default: "" },
  },
});
const times = Number(values.times);
const kata = readKata(join(root, "katas", values.kata));
const solution = join(root, "solutions", values.kata);
const filesIn = (folder: string): string[] =>
  existsSync(join(solution, folder))
    ? readdirSync(join(solution, folder)).map((name) => join(solution, folder, name))
    : [];
const subjects = [
  join(solution, "src/index.ts"),
  ...filesIn("alternatives"),
  ...filesIn("mutants"),
].filter((file) => file.includes(values.match));
const scenarioFiles = ["test/public.ts", "hidden/scenarios.ts"].map((path) =>
  join(kata.folder, path),
);
const prepared = await prepareHosts(scenarioFiles);
const busy: ChildProcess[] = Array.from({ length: Number(values.load) }, () =>
  spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }),
);

let gradings = 0;
let changed = 0;
const began = performance.now();
try {
  for (const file of subjects) {
    const submission = {
      name: basename(file),
      files: new Map([["src/index.ts", readFileSync(file, "utf8")]]),
    };
    for (const given of kata.given)
      submission.files.set(given, readFileSync(join(kata.folder, given), "utf8"));
    const results = new Map<string, number>();
    for (let time = 0; time < times; time++) {
      const text = JSON.stringify(
        await gradeKata(kata, submission, { scenarioFiles, prepared, hidden: true }),
      );
      results.set(text, (results.get(text) ?? 0) + 1);
      gradings++;
    }
    const differing = times - Math.max(...results.values());
    changed += differing;
    process.stdout.write(
      `${differing === 0 ? "same" : "DIFFERS"}  ${String(times).padStart(4)}  ${submission.name}\n`,
    );
    if (results.size > 1) {
      const [a = "", b = ""] = results.keys();
      let at = 0;
      while (a[at] === b[at]) at++;
      process.stdout.write(
        `  ${a.slice(Math.max(0, at - 80), at + 80)}\n  ${b.slice(Math.max(0, at - 80), at + 80)}\n`,
      );
    }
  }
} finally {
  for (const child of busy) child.kill("SIGKILL");
}
const seconds = (performance.now() - began) / 1_000;
process.stdout.write(
  `${gradings} gradings of ${subjects.length} submissions in ${seconds.toFixed(0)} s with ${busy.length} busy loops: ${changed} changed results\n`,
);
process.exit(changed === 0 ? 0 : 1);
