/**
 * `npm run zoo -w @concurrency-katas/grader -- [--times N] [--kata SLUG] [--isolation bubblewrap]`: grades every
 * cheat of `test/zoo` (for one kata) N times, 20 unless it is said. None may ever gain a point, or show another reason
 * than is expected.
 */
import { parseArgs } from "node:util";
import { findSandbox } from "../src/runtime/sandbox.ts";
import { openZoo, wordsOf } from "../test/zoo/_grade.ts";
import { cheats, engineCheats } from "../test/zoo/cheats/index.ts";

const { values } = parseArgs({
  options: {
    times: { type: "string", default: "20" },
    kata: { type: "string" },
    isolation: { type: "string", default: "compartment" },
  },
});
const times = Number(values.times);
const found = findSandbox();
if (values.isolation === "bubblewrap" && found.tier === "T0") throw new Error(found.reason);
const isEnclosed = values.isolation === "bubblewrap" && found.tier === "T2";

/** A cheat, and what its verdict must say. */
interface Member {
  readonly name: string;
  readonly text: string;
  readonly only: readonly string[];
  /** What is said begins with this, and has that in it. */
  readonly verdict: string;
  readonly says: string;
}

/** The members of the zoo by the kata that they are for. */
const all: readonly (readonly [kata: string, members: readonly Member[]])[] = [
  [
    "bank-balance",
    cheats
      .filter(({ linux }) => linux !== true || process.platform === "linux")
      .map(({ number, name, text, only = ["T1"], verdict, says }) => ({
        name: `${number} ${name}`,
        text,
        only,
        verdict,
        says,
      })),
  ],
  ...engineCheats.map(
    ([kata, each]) =>
      [
        kata,
        each.map(({ name, text, says }) => ({ name, text, only: ["B1"], verdict: "", says })),
      ] as const,
  ),
];

const zoo = all.filter(([kata]) => values.kata === undefined || values.kata === kata);
const began = performance.now();
let gradings = 0;
let points = 0;
let changed = 0;

for (const [kata, members] of zoo) {
  const grader = await openZoo({ kata, ...(isEnclosed ? { sandbox: found } : {}) });
  for (const { name, text, only, verdict, says } of members) {
    for (let time = 0; time < times; time++) {
      const result = await grader.grade(text, only);
      const words = wordsOf(result);
      gradings++;
      points += result.earned;
      if (words.startsWith(verdict) && words.includes(says)) continue;
      changed++;
      process.stdout.write(`${kata}, ${name}: ${words}\n`);
    }
  }
}

const seconds = (performance.now() - began) / 1_000;
const count = zoo.reduce((sum, [, members]) => sum + members.length, 0);
process.stdout.write(
  `${gradings} gradings of ${count} cheats in ${seconds.toFixed(0)} s, isolation ${isEnclosed ? "T2" : "T0"}: ` +
    `${points} points, ${changed} without the reason that is expected\n`,
);
process.exit(points + changed === 0 ? 0 : 1);
