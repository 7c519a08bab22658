/** What a child costs to start: a bare `fork`, one that runs given modules, and one that runs a submission. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bundleHost } from "../src/runtime/host-files.ts";
import type { ChildCommand, ChildReport } from "../src/runtime/processes/protocol.ts";
import { figure, median, printTable } from "./_print.ts";

const CHILDREN = 10;

/** The module that each of them runs. */
const CODE = "process.once('message', () => undefined);";

/** Runs the benchmark and prints its table. */
export async function benchChildren(runs: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "katas-bench-"));
  try {
    const bare = join(folder, "bare.mjs");
    writeFileSync(bare, `${CODE}\nprocess.send("up");\n`);
    const own = await (await bundleHost([])).processes();
    const kinds = [
      ["bare fork", bare],
      ["given modules", own.processGivenChild],
      ["a submission", own.processChild],
    ] as const;
    const figures = new Map<string, number[]>(kinds.map(([name]) => [name, []]));
    // By turns, so that what else the machine does hits all of them alike; the first fills the compile cache.
    for (let run = 0; run <= runs * CHILDREN; run++) {
      for (const [name, file] of kinds) {
        const ms = await startOne(file, file !== bare);
        if (run >= CHILDREN) figures.get(name)?.push(ms);
      }
    }
    const base = median(figures.get("bare fork") ?? []);
    printTable(
      `a child from fork() to its first message, milliseconds (medians of ${(runs - 1) * CHILDREN + 1})`,
      ["", "median", "× bare"],
      kinds.map(([name]) => {
        const ms = median(figures.get(name) ?? []);
        return [name, figure(ms, 1), figure(ms / base, 2)];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startOne(file: string, isOurs: boolean): Promise<number> {
  const began = performance.now();
  const child = fork(file, ["1"], {
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    env: { ...process.env, NODE_COMPILE_CACHE: join(dirname(file), "compiled") },
    execArgv: [],
  });
  if (isOurs) child.send(startCommand);
  await up(child, isOurs);
  const ms = performance.now() - began;
  const ended = once(child, "exit");
  // Not killed: only a process that ends by itself keeps what it has compiled.
  if (isOurs)
    child.send({ seq: 2, now: 0, action: { kind: "exit", code: 0 } } satisfies ChildCommand);
  else child.send("end");
  await ended;
  return ms;
}

const startCommand: ChildCommand = {
  seq: 1,
  now: 0,
  action: {
    kind: "start",
    start: {
      entry: "given/child.ts",
      modules: [{ entry: "given/child.ts", code: CODE, isGiven: true, parts: [] }],
      argv: [],
      env: {},
      serialization: "json",
      hasChannel: true,
    },
  },
};

/** Resolves when it is up: with its first message, or its first rest. */
async function up(child: ChildProcess, isOurs: boolean): Promise<void> {
  for (;;) {
    const [message] = (await once(child, "message")) as [ChildReport | "up"];
    if (!isOurs || (message !== "up" && message.kind === "rests")) return;
  }
}
