/**
 * The host of a program scenario. This thread is the program's main thread: the submission runs here, in its
 * compartment, and may block. A supervisor in a thread of its own ends the process when nothing goes on.
 *
 * How a program ends is decided by its event loop, not by a clock. If the loop runs empty before the program's promise
 * settles, Node would have ended the process there. When the promise has settled, all that is left must end by itself.
 */
import { Worker } from "node:worker_threads";
import type { ProgramScenario, Scenario } from "../../scenario/index.ts";
import type { ProgramEnd } from "../evidence.ts";
import { FRAME_LIMIT, encodeFrame } from "../frames.ts";
import { readStart } from "../host-input.ts";
import { type DescribedError, describeError } from "../stress/described.ts";
import { createAsyncHooks } from "../sealed/web/async-hooks.ts";
import { createWeb } from "../sealed/web/web.ts";
import { lockNativeRealm } from "../stress/native-realm.ts";
import { createEvidenceWriter } from "./evidence-writer.ts";
import { Phase, type ProgramStart, Word } from "./protocol.ts";
import type { SupervisorStart } from "./supervisor.ts";
import { createTimers, realTime } from "./timers.ts";
import { createWorkers } from "./workers.ts";

const start = (await readStart()) as ProgramStart;
const entries = start.workers.map(({ entry }) => entry);
const table = new Int32Array(
  new SharedArrayBuffer((Word.alive + entries.length) * Int32Array.BYTES_PER_ELEMENT),
);
const evidence = createEvidenceWriter(table);
const supervisorData: SupervisorStart = {
  table: table.buffer,
  scenario: start.scenario,
  entries,
  limits: start.limits,
};
new Worker(start.supervisorFile, {
  workerData: supervisorData,
  env: {},
  execArgv: [],
}).unref();

const { scenarios } = (await import(start.scenarioFile)) as {
  scenarios: readonly Scenario<unknown>[];
};
const scenario = scenarios.find(({ id }) => id === start.scenario) as ProgramScenario<unknown>;
const { realm, globals, kit, hrefOf } = lockNativeRealm();

let wake = (): void => undefined;
const changed = (): void => {
  wake();
};
const timers = createTimers({
  harden: realm.harden,
  onThrow: (error) => crash(error),
  onChange: changed,
});
const web = createWeb({ harden: realm.harden, onThrow: (error) => crash(error), ...realTime });
const workers = createWorkers({
  file: start.workerFile,
  heapMiB: start.limits.memoryMiB,
  modules: new Map(start.workers.map(({ entry, code }) => [entry, code])),
  hrefOf,
  onUncaught: (error, worker) => {
    if (worker === undefined) crash(error);
    else end("threw", { module: worker.entry, error: worker.said });
  },
  onExcess: (what) => end(what),
  onChange(entry, alive) {
    Atomics.store(table, Word.alive + entries.indexOf(entry), alive);
    Atomics.store(table, Word.most, Math.max(Atomics.load(table, Word.most), workers.alive()));
    changed();
  },
});
const imports = {
  "@concurrency-katas/grader/kit": kit,
  "node:worker_threads": {
    threadId: 0,
    isMainThread: true,
    Worker: realm.harden(workers.Worker),
    parentPort: null,
    workerData: null,
  },
  "node:async_hooks": createAsyncHooks(realm.harden).exports,
};

/** Says how the program ended, and ends the process with all that is in it. */
function end(
  kind: ProgramEnd,
  facts: { readonly module?: string; readonly error?: DescribedError } = {},
): never {
  const left = entries.filter((_, i) => Atomics.load(table, Word.alive + i) > 0);
  evidence.send({ kind: "program-end", scenario: start.scenario, end: kind, left, ...facts });
  process.kill(process.pid, "SIGKILL");
  throw new Error("E_BUG: the process did not end");
}

function crash(error: unknown): never {
  end("threw", { error: describeError(error, realm) });
}

/** What a run resolved to, as plain data of a reasonable size. */
function plain(value: unknown): unknown {
  try {
    const copy: unknown = structuredClone(value);
    if (encodeFrame(copy).length <= FRAME_LIMIT / 2) return copy;
  } catch {
    // A function, a Proxy, a getter that throws: nothing that can be sent.
  }
  const message = "the program resolved to something that is no plain data, or too much of it";
  return end("threw", { error: { code: "DataCloneError", message, frames: [] } });
}

/** Waits until the workers and timers that are left have ended; the supervisor knows when they never will. */
async function drain(): Promise<void> {
  Atomics.store(table, Word.phase, Phase.draining);
  workers.hold();
  while (workers.alive() > 0 || timers.pending() > 0) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

let isDone = false;

async function runAll(): Promise<void> {
  const factory = realm.compile(
    start.code,
    realm.harden({ ...globals, ...timers.globals, ...web.globals }),
  );
  for (let run = 1; run <= start.runs; run++) {
    Atomics.store(table, Word.run, run);
    Atomics.store(table, Word.phase, Phase.running);
    const result = plain(await scenario.body(factory.instantiate(imports)));
    evidence.send({ kind: "program-run", scenario: start.scenario, run, result });
    await drain();
  }
  isDone = true;
}

process.on("unhandledRejection", crash);
process.on("uncaughtException", crash);
process.on("beforeExit", () => end(isDone ? "done" : "early"));
// Not awaited: an unsettled await of this module would be an end of its own kind.
void runAll().catch(crash);
