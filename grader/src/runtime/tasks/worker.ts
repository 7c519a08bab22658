/**
 * The worker of engine A: locks its realm, evaluates the submission, and runs scenario after scenario of tasks, each in
 * all its orders. It writes its evidence itself; the host around it only watches whether it goes on.
 */
import { writeSync } from "node:fs";
import { promiseHooks, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parentPort, workerData } from "node:worker_threads";
import { type Reordering, createOrderExplorer, textHash } from "../../schedule/index.ts";
import type { Scenario, TaskScenario } from "../../scenario/index.ts";
import type {
  HostCommand,
  HostFrame,
  SizeExplored,
  TaskChoice,
  TaskEvent,
  TaskExecution,
} from "../evidence.ts";
import { encodeFrame } from "../frames.ts";
import type { Factory } from "../sealed/compartment.ts";
import { createAsyncHooks } from "../sealed/web/async-hooks.ts";
import { createWeb } from "../sealed/web/web.ts";
import { createNoWorkers } from "../sealed/no-workers.ts";
import { describeError } from "../stress/described.ts";
import { lockNativeRealm } from "../stress/native-realm.ts";
import { AssertionFailed } from "../threads/participant.ts";
import { createClock } from "./clock.ts";
import { Beat, type TaskWorkerNote, type TaskWorkerStart } from "./protocol.ts";
import { drawsOf } from "./draws.ts";
import { type Executed, createWorld } from "./world.ts";

/** Orders of one size that are searched unless the scenario says otherwise. */
const ORDERS = 5_000;
/** Every n-th execution is run twice, to see that it comes out the same. */
const AUDIT_EVERY = 101;
/** Characters of evidence that are sent together. */
const BATCH = 64 * 1_024;
/** Lines that are kept of what a submission prints, and characters of one. */
const PRINTED_LINES = 50;
const PRINTED_CHARACTERS = 500;
/** Most events of a trace. */
const EVENTS = 2_000;
/** Executions that hit the limit of turns after which a search is given up. */
const CUT_LIMIT = 3;

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

let seed = 1;
let printed: string[] = [];
let isTracing = false;
let events: TaskEvent[] = [];
let promises = 0;

const { realm, globals, kit } = lockNativeRealm({
  clock: () => clock.now(),
  random() {
    seed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x297a2d39;
    return ((seed ^ (seed >>> 12)) >>> 0) / 2 ** 32;
  },
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

function send(text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSync(3, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") process.exit(1);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

const sendFrame = (frame: HostFrame): void => {
  send(encodeFrame(frame));
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
try {
  factory = realm.compile(
    start.code,
    realm.harden({ ...globals, ...clock.globals, ...web.globals }),
  );
  sendFrame({ kind: "ready" });
} catch (error) {
  sendFrame({ kind: "ready", error: describeError(error, realm) });
}

function instance(): unknown {
  const made = factory as Factory;
  if (!start.stateless) return made.instantiate(imports);
  return (frozen ??= realm.harden(made.instantiate(imports)));
}

interface Run {
  readonly scenario: TaskScenario<unknown>;
  readonly size: number;
  readonly choose: (count: number, choice: number, labels: () => readonly string[]) => number;
}

/** Runs one execution; the numbers of options of its choices come with it. */
async function run({
  scenario,
  size,
  choose,
}: Run): Promise<{ readonly executed: Executed; readonly options: readonly number[] }> {
  const options: number[] = [];
  seed = 1;
  promises = 0;
  printed = [];
  events = [];
  asyncHooks.reset();
  const kata = instance();
  const stop =
    scenario.counted === true
      ? promiseHooks.createHook({
          init: () => {
            promises++;
          },
        })
      : undefined;
  try {
    const executed = await world.execute({
      scenario,
      kata,
      size,
      choose(count, labels) {
        options.push(count);
        return choose(count, options.length - 1, labels);
      },
      ...(isTracing ? { onEvent: tell } : {}),
    });
    return { executed, options };
  } finally {
    (stop as (() => void) | undefined)?.();
  }
}

/** Follows a plan, and takes the oldest everywhere else. */
function following(plan: readonly Reordering[]): Run["choose"] {
  let next = 0;
  return (count, choice) => {
    const departure = plan[next];
    if (departure?.choice !== choice) return 0;
    next++;
    return departure.option < count ? departure.option : 0;
  };
}

function described(
  executed: Executed,
  facts: Pick<TaskExecution, "execution" | "size" | "isSample" | "plan">,
): TaskExecution {
  const { end, result, settled, recorder, left } = executed;
  return {
    ...facts,
    end,
    ...(result === undefined ? {} : { result }),
    settled,
    operations: recorder.operations(),
    ...("error" in executed ? { error: errorOf(executed.error) } : {}),
    left,
  };
}

function errorOf(error: unknown): NonNullable<TaskExecution["error"]> {
  if (AssertionFailed.is(error))
    return { code: "AssertionFailed", message: error.message, frames: [] };
  return describeError(error, realm);
}

/** What can be seen of an execution, as JSON: its values have the form that frames have already. */
function seen({ size, end, result, settled, operations, error, left }: TaskExecution): string {
  return JSON.stringify({ size, end, result, settled, operations, error, left });
}

async function explore(scenario: TaskScenario<unknown>): Promise<void> {
  const { orders: limit = ORDERS, samples: wanted = 0 } = scenario.explore ?? {};
  const known = new Set<string>();
  const sizes: SizeExplored[] = [];
  let batch: string[] = [];
  let waiting = 0;
  let execution = 0;
  let cut = 0;
  let nondeterministic = false;
  const flush = (): void => {
    const id = JSON.stringify(scenario.id);
    if (batch.length > 0)
      send(`{"kind":"orders","scenario":${id},"executions":[${batch.join(",")}]}\n`);
    batch = [];
    waiting = 0;
  };
  const stopped = (): boolean => Atomics.load(beat, Beat.stop) !== 0 || cut >= CUT_LIMIT;
  const take = (found: TaskExecution): void => {
    if (found.end === "limit") cut++;
    const text = seen(found);
    if (known.has(text)) return;
    known.add(text);
    const { execution: number, isSample, plan } = found;
    const facts = JSON.stringify({ execution: number, isSample, plan });
    batch.push(`${facts.slice(0, -1)},${text.slice(1)}`);
    waiting += text.length;
    if (waiting >= BATCH || found.end !== "done") flush();
  };

  for (const size of scenario.sizes ?? [0]) {
    const explorer = createOrderExplorer({ limit });
    while (!stopped()) {
      const plan = explorer.next();
      if (plan === undefined) break;
      execution++;
      const { executed, options } = await run({ scenario, size, choose: following(plan) });
      explorer.completed(options);
      const found = described(executed, { execution, size, isSample: false, plan });
      take(found);
      if (execution % AUDIT_EVERY !== 1) continue;
      const again = await run({ scenario, size, choose: following(plan) });
      if (seen(described(again.executed, found)) !== seen(found)) nondeterministic = true;
    }
    const { orders, bound, complete } = explorer.explored();
    let samples = 0;
    const draws = complete ? 0 : wanted;
    while (samples < draws && !stopped()) {
      samples++;
      execution++;
      const draw = drawsOf(size * 1_000_003 + samples);
      const plan: Reordering[] = [];
      const { executed } = await run({
        scenario,
        size,
        choose(count, choice) {
          const option = draw(count);
          if (option > 0) plan.push({ choice, option });
          return option;
        },
      });
      take(described(executed, { execution, size, isSample: true, plan }));
    }
    sizes.push({ size, orders, bound, complete, samples });
    if (stopped()) break;
  }
  flush();
  sendFrame({
    kind: "orders-done",
    scenario: scenario.id,
    explored: { sizes, cut, ...(nondeterministic ? { nondeterministic } : {}) },
  });
}

async function replay(
  scenario: TaskScenario<unknown>,
  size: number,
  plan: readonly TaskChoice[],
): Promise<void> {
  isTracing = true;
  const labels: string[] = [];
  const taken: Reordering[] = [];
  let next = 0;
  let diverged = -1;
  try {
    const { executed } = await run({
      scenario,
      size,
      choose(count, choice, allLabels) {
        const wanted = plan[next];
        if (wanted?.choice !== choice) return 0;
        next++;
        const options = allLabels();
        const option =
          wanted.option ?? options.findIndex((label) => textHash(label) === wanted.label);
        if (option < 0 || option >= count) {
          if (diverged === -1) diverged = choice;
          return 0;
        }
        labels.push(options[option] as string);
        if (option > 0) taken.push({ choice, option });
        return option;
      },
    });
    if (next < plan.length && diverged === -1) diverged = (plan[next] as TaskChoice).choice;
    const found = described(executed, { execution: 1, size, isSample: false, plan: taken });
    const trace = { ...found, events, labels, printed, diverged };
    sendFrame({ kind: "task-trace", scenario: scenario.id, trace });
  } finally {
    isTracing = false;
  }
}

async function serve(command: HostCommand): Promise<void> {
  if (command.kind !== "orders" && command.kind !== "replay-orders") return;
  note("busy");
  const scenario = byId.get(command.scenario) as TaskScenario<unknown>;
  if (command.kind === "orders") await explore(scenario);
  else await replay(scenario, command.size, command.plan);
  note("idle");
}

port.on("message", (command: HostCommand) => {
  serve(command).catch((error: unknown) => {
    const message = error instanceof Error ? `${error.message}\n${error.stack ?? ""}` : "";
    sendFrame({ kind: "broken", message });
  });
});
