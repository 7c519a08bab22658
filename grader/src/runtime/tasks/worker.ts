/**
 * The worker of engine A: locks its realm, evaluates the submission, and runs scenario after scenario of tasks, each in
 * all its orders. It writes its evidence itself; the host around it only watches whether it goes on.
 */
import { promiseHooks, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parentPort, workerData } from "node:worker_threads";
import type { Reordering } from "../../schedule/index.ts";
import type { Scenario, TaskScenario } from "../../scenario/index.ts";
import type { HostCommand, TaskActivity, TaskEvent, ThrownError } from "../evidence.ts";
import { createSeededRandom } from "../seeded-random.ts";
import type { Factory } from "../sealed/compartment.ts";
import { createAsyncHooks } from "../sealed/web/async-hooks.ts";
import { createWeb } from "../sealed/web/web.ts";
import { createNoWorkers } from "../sealed/no-workers.ts";
import { describeError } from "../stress/described.ts";
import { lockNativeRealm } from "../stress/native-realm.ts";
import { AssertionFailed } from "../threads/participant.ts";
import type { Instrumented } from "./atomicity/instrument.ts";
import { findAwaitInterleaving } from "./atomicity/interleaving.ts";
import { createRecorder } from "./atomicity/recorder.ts";
import { createClock } from "./clock.ts";
import { writeEvidence, writeEvidenceText } from "../write-evidence.ts";
import { Beat, type TaskWorkerNote, type TaskWorkerStart } from "./protocol.ts";
import { exploreOrders } from "./explore.ts";
import { followLabels } from "./following-labels.ts";
import { type RunExecution, type Seen, textOfSeen } from "./seen.ts";
import { type Executed, createWorld } from "./world.ts";

/** Characters of evidence that are sent together. */
const BATCH = 64 * 1_024;
/** Lines that are kept of what a submission prints, and characters of one. */
const PRINTED_LINES = 50;
const PRINTED_CHARACTERS = 500;
/** Most events of a trace. */
const EVENTS = 2_000;

const port = parentPort;
if (port === null) throw new Error("E_BUG: worker.ts runs in a worker");
const start = workerData as TaskWorkerStart;
const beat = new Int32Array(start.beat);
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const { scenarios } = (await import(start.scenarioFile)) as {
  scenarios: readonly Scenario<unknown>[];
};
const byId = new Map(scenarios.map((scenario) => [scenario.id, scenario]));

const random = createSeededRandom();
let printed: string[] = [];
let isTracing = false;
let events: TaskEvent[] = [];
let promises = 0;

const { realm, globals, kit } = lockNativeRealm({
  clock: () => clock.now(),
  random: () => random.next(),
  listens: () => isTracing && printed.length < PRINTED_LINES,
  print(line) {
    printed.push(line.slice(0, PRINTED_CHARACTERS));
  },
});
const onThrow = (error: unknown): void => {
  world.fail("threw", error);
};
const clock = createClock({
  harden: realm.harden,
  onThrow,
  captureContext: () => asyncHooks.captureContext(),
  onEvent({ kind, name }) {
    if (!isTracing) return;
    tell(kind === "fires" ? "clock" : "your code", `${name} ${kind}`, false);
  },
});
const web = createWeb({
  harden: realm.harden,
  onThrow,
  startTimer(fire, ms) {
    const inContext = asyncHooks.captureContext();
    clock.wake(ms, () => inContext(fire));
  },
  now: () => clock.now(),
});
const asyncHooks = createAsyncHooks(realm.harden);
const world = createWorld({
  clock,
  abortController: () => web.createAbortController(),
  listenersOf: (signal) => web.listenersOf(signal),
  outside: asyncHooks.captureContext(),
  onTurn() {
    beat[Beat.turns] = ((beat[Beat.turns] as number) + 1) | 0;
  },
  promises: () => promises,
  collect,
});
process.on("unhandledRejection", (reason) => {
  world.fail("unhandled", reason);
});
process.on("uncaughtException", onThrow);

const imports = {
  "node:async_hooks": asyncHooks.exports,
  "@concurrency-katas/grader/kit": kit,
  "node:worker_threads": createNoWorkers(
    realm.harden,
    "this scenario has one thread",
  )({
    threadId: 0,
    isMainThread: true,
  }),
};

const note = (kind: TaskWorkerNote["kind"]): void => {
  port.postMessage({ kind } satisfies TaskWorkerNote);
};

function tell(actor: string, text: string, reordered: boolean): void {
  if (events.length >= EVENTS) return;
  const frames = actor === "caller" ? [] : realm.frames(6);
  events.push({ at: clock.now(), actor, text, frames, reordered });
}

let factory: Factory | undefined;
let frozen: unknown;
const surroundings = realm.harden({ ...globals, ...clock.globals, ...web.globals });
try {
  factory = realm.compile(start.code, surroundings);
  writeEvidence({ kind: "ready" });
} catch (error) {
  writeEvidence({ kind: "ready", error: describeError(error, realm) });
}

function instantiate(): unknown {
  const made = factory as Factory;
  if (!start.stateless) return made.instantiate(imports);
  return (frozen ??= realm.harden(made.instantiate(imports)));
}

/** Runs one execution of a scenario. */
const run = async (
  { scenario, size, choose }: Parameters<RunExecution>[0],
  instance: () => unknown = instantiate,
): ReturnType<RunExecution> => {
  const options: number[] = [];
  random.reset();
  promises = 0;
  printed = [];
  events = [];
  asyncHooks.reset();
  const stopCounting = scenario.counted === true ? countPromises() : undefined;
  try {
    const executed = await world.execute({
      scenario,
      instantiate: instance,
      size,
      choose(count, labels) {
        options.push(count);
        return choose(count, options.length - 1, labels);
      },
      ...(isTracing ? { onEvent: tell } : {}),
    });
    return { seen: seenOf(executed, size), options };
  } finally {
    stopCounting?.();
  }
};

function countPromises(): () => void {
  const count = (): void => {
    promises++;
  };
  return promiseHooks.createHook({ init: count }) as unknown as () => void;
}

function seenOf(executed: Executed, size: number): Seen {
  const { end, result, settled, recorder, left } = executed;
  return {
    size,
    end,
    ...(result === undefined ? {} : { result }),
    settled,
    operations: recorder.operations(),
    ...("error" in executed ? { error: errorOf(executed.error) } : {}),
    left,
  };
}

function errorOf(error: unknown): ThrownError {
  if (AssertionFailed.is(error))
    return { code: "AssertionFailed", message: error.message, frames: [] };
  return describeError(error, realm);
}

async function explore(scenario: TaskScenario<unknown>): Promise<void> {
  let batch: string[] = [];
  let waiting = 0;
  const flush = (): void => {
    if (batch.length === 0) return;
    const id = JSON.stringify(scenario.id);
    writeEvidenceText(`{"kind":"orders","scenario":${id},"executions":[${batch.join(",")}]}\n`);
    batch = [];
    waiting = 0;
  };
  const explored = await exploreOrders({
    scenario,
    run: (options) => run(options),
    onNew(execution, isFailing) {
      batch.push(execution);
      waiting += execution.length;
      if (waiting >= BATCH || isFailing) flush();
    },
    isStopped: () => Atomics.load(beat, Beat.stop) !== 0,
  });
  flush();
  writeEvidence({ kind: "orders-done", scenario: scenario.id, explored });
}

type ReplayCommand = Extract<HostCommand, { kind: "replay-orders" }>;

async function replay(
  scenario: TaskScenario<unknown>,
  { size, plan, instrumented }: ReplayCommand,
): Promise<void> {
  isTracing = true;
  try {
    const { choose, taken, labels, diverged } = followLabels(plan);
    const { seen } = await run({ scenario, size, choose });
    const found = { ...seen, execution: 1, isSample: false, plan: taken };
    const trace = { ...found, events, labels, printed, diverged: diverged() };
    const activity =
      instrumented === undefined
        ? undefined
        : await activityOf(instrumented, { scenario, seen, plan: taken });
    writeEvidence({
      kind: "task-trace",
      scenario: scenario.id,
      trace: activity === undefined ? trace : { ...trace, activity },
    });
  } finally {
    isTracing = false;
  }
}

/** Runs the rewritten submission in the same order; undefined if that comes out otherwise. */
async function activityOf(
  instrumented: Instrumented,
  known: {
    readonly scenario: TaskScenario<unknown>;
    readonly seen: Seen;
    readonly plan: readonly Reordering[];
  },
): Promise<TaskActivity | undefined> {
  const { scenario, seen, plan } = known;
  const recorder = createRecorder(instrumented, () => events.length);
  const rewritten = realm.compile(
    instrumented.code,
    realm.harden({ ...surroundings, [instrumented.hook]: recorder.hook }),
  );
  const { choose } = followLabels(plan);
  const instance = (): unknown => rewritten.instantiate(imports);
  const again = await run({ scenario, size: seen.size, choose }, instance);
  const happened = recorder.events();
  if (happened === undefined || !isSameButForText(again.seen, seen)) return undefined;
  const lost = findAwaitInterleaving(happened);
  const resumptions = happened
    .filter(({ kind }) => kind === "resume")
    .slice(0, EVENTS)
    .map(({ place: { line, column }, stamp }) => ({ place: { line, column }, stamp }));
  return { resumptions, ...(lost === undefined ? {} : { lost }) };
}

/** V8 quotes source text in messages. */
function isSameButForText(a: Seen, b: Seen): boolean {
  const withoutText = (seen: Seen): string => {
    const { error, ...rest } = seen;
    return textOfSeen(
      error === undefined ? rest : { ...rest, error: { ...error, message: "", frames: [] } },
    );
  };
  return withoutText(a) === withoutText(b);
}

async function serve(command: HostCommand): Promise<void> {
  if (command.kind !== "orders" && command.kind !== "replay-orders") return;
  note("busy");
  const scenario = byId.get(command.scenario) as TaskScenario<unknown>;
  if (command.kind === "orders") await explore(scenario);
  else await replay(scenario, command);
  note("idle");
}

port.on("message", (command: HostCommand) => {
  serve(command).catch((error: unknown) => {
    const message = error instanceof Error ? `${error.message}\n${error.stack ?? ""}` : "";
    writeEvidence({ kind: "broken", message });
  });
});
