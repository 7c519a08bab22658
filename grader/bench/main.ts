/** `npm run bench`: what the engine reaches on this machine. It prints figures and judges nothing. */
import { cpus, release } from "node:os";
import { benchChildren } from "./children.ts";
import { benchClass } from "./class.ts";
import { benchCorpus } from "./corpus.ts";
import { benchHandoff } from "./handoff.ts";
import { benchLitmus } from "./litmus.ts";
import { benchMutants } from "./mutants.ts";
import { benchOrders } from "./orders.ts";
import { benchSchedules } from "./schedules.ts";
import { benchTold } from "./told.ts";
import { benchWall } from "./wall.ts";

const RUNS = 5;
const wanted = process.argv.slice(2);
const benches: Readonly<Record<string, (runs: number) => unknown>> = {
  handoff: benchHandoff,
  schedules: benchSchedules,
  mutants: benchMutants,
  told: benchTold,
  litmus: benchLitmus,
  corpus: benchCorpus,
  orders: benchOrders,
  children: benchChildren,
  wall: benchWall,
};

const names = [...Object.keys(benches), "class"];
const unknown = wanted.find((word) => !names.includes(word) && !/^\d+$/.test(word));
if (unknown !== undefined) {
  process.stderr.write(`bench: there is no ${unknown}; there is ${names.join(", ")}\n`);
  process.exit(2);
}
process.stdout.write(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "?"}, kernel ${release()}\n`,
);
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length === 0 || wanted.includes(name)) await bench(RUNS);
}
// It takes an hour, so it has to be asked for.
if (wanted.includes("class")) {
  const size = wanted.find((word) => /^\d+$/.test(word));
  await benchClass(...(size === undefined ? [] : [Number(size)]));
}
process.exit(0);
