/**
 * `npm run soak -- [--times N] [--load N] [--lanes N] [--kata SLUG] [--match TEXT]`: grades reference, alternatives
 * and mutants again and again and compares the results byte by byte. A flaky verdict is a bug in us.
 * Each line ends with a digest of the result, for comparison with another run, such as one on a busy machine.
 *
 * `--lanes` gradings run at once, one host each; without it, one grading at a time has all processors, as for a user.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { digestOf } from "../src/grade/certify.ts";
import { gradeKata } from "../src/grade/index.ts";
import type { Submission } from "../src/grade/intake.ts";
import { openKata } from "./_kata.ts";

const { values } = parseArgs({
  options: {
    times: { type: "string", default: "20" },
    load: { type: "string", default: "0" },
    lanes: { type: "string" },
    kata: { type: "string", default: "bank-balance" },
    match: { type: "string", default: "" },
  },
});
const times = Number(values.times);
const { kata, subjects: all, options: common } = await openKata(values.kata);
const subjects = all
  .filter(({ kind }) => kind !== "stub")
  .map(({ kind, name, submission }) => ({ name, path: `${kind}s/${name}.ts`, submission }))
  .filter(({ path }) => path.includes(values.match));
/** A loop that ends with us, however we end. */
const BUSY = "const parent = process.ppid; while (process.ppid === parent);";
const busy: ChildProcess[] = Array.from({ length: Number(values.load) }, () =>
  spawn(process.execPath, ["-e", BUSY], { stdio: "ignore" }),
);

/** The results of one subject, and how often each came. */
interface Soaked {
  readonly name: string;
  readonly submission: Submission;
  readonly results: Map<string, number>;
  left: number;
}

const open: Soaked[] = subjects.map(({ name, submission }) => ({
  name,
  submission,
  results: new Map(),
  left: times,
}));
let gradings = 0;
let changed = 0;

async function lane(slot: number, options: { readonly hosts?: number }): Promise<void> {
  for (;;) {
    // Lanes take the subjects in turn, so that different ones run beside each other.
    const subject = open.findLast(({ left }, i) => left > 0 && i % lanes === slot % lanes);
    const next = subject ?? open.find(({ left }) => left > 0);
    if (next === undefined) return;
    next.left--;
    const { submission, results } = next;
    const result = await gradeKata(kata, submission, {
      ...common,
      firstCpu: slot,
      ...options,
    });
    const text = JSON.stringify(result);
    results.set(text, (results.get(text) ?? 0) + 1);
    gradings++;
    if ([...results.values()].reduce((sum, count) => sum + count, 0) === times) tell(next);
  }
}

function tell({ name, results }: Soaked): void {
  const [usual, count] = [...results].toSorted(([, a], [, b]) => b - a)[0] ?? ["", 0];
  const differing = times - count;
  changed += differing;
  const verdict = differing === 0 ? "same   " : "DIFFERS";
  const digest = digestOf(usual).slice(0, 12);
  process.stdout.write(`${verdict}  ${String(times).padStart(4)}  ${digest}  ${name}\n`);
  if (results.size === 1) return;
  const [a = "", b = ""] = results.keys();
  let at = 0;
  while (a[at] === b[at]) at++;
  const around = (text: string): string => text.slice(Math.max(0, at - 80), at + 80);
  process.stdout.write(`  ${around(a)}\n  ${around(b)}\n`);
}

const lanes = values.lanes === undefined ? 1 : Math.max(1, Number(values.lanes));
const options = values.lanes === undefined ? {} : { hosts: 1 };
const began = performance.now();
try {
  await Promise.all(Array.from({ length: lanes }, (_, slot) => lane(slot, options)));
} finally {
  for (const child of busy) child.kill("SIGKILL");
}
const seconds = (performance.now() - began) / 1_000;
process.stdout.write(
  `${gradings} gradings of ${subjects.length} submissions in ${seconds.toFixed(0)} s, ${lanes} at a time, ` +
    `with ${busy.length} busy loops on ${availableParallelism()} processors: ${changed} changed results\n`,
);
process.exit(changed === 0 ? 0 : 1);
