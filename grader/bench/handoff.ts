/** What passing the turn costs in the engine, beside a bare `Atomics.wait`/`notify` ping-pong in the same process. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Worker, isMainThread, workerData } from "node:worker_threads";
import { TURN, TURN_STRIDE, allocateBlocks } from "../src/runtime/threads/layout.ts";
import { createMachine } from "../src/runtime/threads/machine.ts";
import { pinnableCpus } from "../src/runtime/launch.ts";
import { figure, median, printTable } from "./_print.ts";

const COUNT = 100_000;

interface Bench {
  readonly mode: "bare" | "engine";
  readonly blocks: ReturnType<typeof allocateBlocks>;
}

/** Bounces the turn between two threads {@link COUNT} times, with the engine's turn cells or with bare ones. */
function bounce({ mode, blocks }: Bench, self: number): void {
  const other = 1 - self;
  if (mode === "engine") {
    const machine = createMachine(blocks, 0);
    for (let i = 0; i < COUNT; i++) {
      if (self === 0) machine.passTurn(other);
      machine.waitTurn(self);
      if (self === 1) machine.passTurn(other);
    }
    return;
  }
  const words = new Int32Array(blocks.control);
  const mine = TURN + self * TURN_STRIDE;
  const theirs = TURN + other * TURN_STRIDE;
  for (let i = 0; i < COUNT; i++) {
    if (self === 0) {
      Atomics.store(words, theirs, 1);
      Atomics.notify(words, theirs, 1);
    }
    while (Atomics.load(words, mine) === 0) Atomics.wait(words, mine, 0);
    Atomics.store(words, mine, 0);
    if (self === 1) {
      Atomics.store(words, theirs, 1);
      Atomics.notify(words, theirs, 1);
    }
  }
}

async function measure(mode: Bench["mode"]): Promise<number> {
  const bench: Bench = { mode, blocks: allocateBlocks(64) };
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: bench });
  await new Promise((resolve) => worker.once("message", resolve));
  const began = performance.now();
  bounce(bench, 0);
  const elapsed = performance.now() - began;
  await worker.terminate();
  return (elapsed * 1_000) / (2 * COUNT);
}

/** Runs the benchmark in a process pinned to one CPU and prints its table. */
export function benchHandoff(runs: number): void {
  const [cpu] = pinnableCpus();
  const args = [...process.execArgv, fileURLToPath(import.meta.url), String(runs)];
  const { stdout } =
    cpu === undefined
      ? spawnSync(process.execPath, args, { encoding: "utf8" })
      : spawnSync("taskset", ["-c", String(cpu), process.execPath, ...args], { encoding: "utf8" });
  const { bare, engine } = JSON.parse(stdout) as { bare: number[]; engine: number[] };
  printTable(
    `handoff between two threads, µs${cpu === undefined ? "" : ", pinned to one CPU"} (${runs} runs of ${figure(2 * COUNT)} handoffs)`,
    ["", "min", "median", "max", "target"],
    [
      [
        "bare Atomics.wait and notify",
        ...[Math.min(...bare), median(bare), Math.max(...bare)].map((f) => figure(f, 2)),
        "",
      ],
      [
        "the engine's turn",
        ...[Math.min(...engine), median(engine), Math.max(...engine)].map((f) => figure(f, 2)),
        "",
      ],
      ["ratio of the medians", "", figure(median(engine) / median(bare), 2), "", "1.50"],
    ],
  );
}

if (!isMainThread) {
  const { parentPort } = await import("node:worker_threads");
  parentPort?.postMessage("ready");
  bounce(workerData as Bench, 1);
} else if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bare: number[] = [];
  const engine: number[] = [];
  for (let run = 0; run < Number(process.argv[2]); run++) {
    bare.push(await measure("bare"));
    engine.push(await measure("engine"));
  }
  process.stdout.write(JSON.stringify({ bare, engine }));
}
