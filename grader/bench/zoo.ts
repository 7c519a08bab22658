/**
 * `npm run zoo -w @concurrency-katas/grader -- [--times N] [--isolation bubblewrap]`: grades every cheat of
 * `test/zoo` N times, 20 unless it is said. None may ever gain a point.
 */
import { parseArgs } from "node:util";
import { findSandbox } from "../src/runtime/sandbox.ts";
import { openZoo, wordsOf } from "../test/zoo/_grade.ts";
import { cheats } from "../test/zoo/cheats/index.ts";

const { values } = parseArgs({
  options: {
    times: { type: "string", default: "20" },
    isolation: { type: "string", default: "compartment" },
  },
});
const times = Number(values.times);
const found = findSandbox();
if (values.isolation === "bubblewrap" && found.tier === "T0") throw new Error(found.reason);
const isEnclosed = values.isolation === "bubblewrap" && found.tier === "T2";
const zoo = await openZoo(isEnclosed ? { sandbox: found } : {});
const began = performance.now();
let gradings = 0;
let points = 0;
let changed = 0;

for (const { number, name, text, only, verdict, says, linux } of cheats) {
  if (linux === true && process.platform !== "linux") continue;
  for (let time = 0; time < times; time++) {
    const result = await zoo.grade(text, only);
    const words = wordsOf(result);
    gradings++;
    points += result.earned;
    if (words.startsWith(verdict) && words.includes(says)) continue;
    changed++;
    process.stdout.write(`${number} ${name}: ${words}\n`);
  }
}

const seconds = (performance.now() - began) / 1_000;
process.stdout.write(
  `${gradings} gradings of ${cheats.length} cheats in ${seconds.toFixed(0)} s, isolation ${isEnclosed ? "T2" : "T0"}: ` +
    `${points} points, ${changed} without the reason that is expected\n`,
);
process.exit(points + changed === 0 ? 0 : 1);
