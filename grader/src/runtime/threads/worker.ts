/**
 * A worker of the host: locks its realm, evaluates the submission, then takes turns as one thread of the scenario
 * after another. What it is asked arrives as messages between scenarios; within one, only turns are passed.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import type { Scenario, Thread, ThreadScenario } from "../../scenario/index.ts";
import { createSeededRandom } from "../seeded-random.ts";
import { type Factory, type Frame, lockRealm } from "../sealed/compartment.ts";
import { createNoWorkers } from "../sealed/no-workers.ts";
import { createUrls } from "../sealed/url.ts";
import { createAsyncHooks } from "../sealed/web/async-hooks.ts";
import { createCollaborators } from "./collaborators.ts";
import { createDescriber } from "./describe-shared.ts";
import { createGlobals } from "./globals.ts";
import { type HandleTree, NotCloneable, decodeHandle, encodeHandle } from "./handle.ts";
import { createKit } from "./kit.ts";
import { Command, End, INSIDE, STATUS, type SharedBlocks, Status, Word } from "./layout.ts";
import { createMachine } from "./machine.ts";
import { AssertionFailed, createParticipant, runBody } from "./participant.ts";
import { peek } from "./peek.ts";
import { createSharedMemory } from "./shared-memory.ts";
import { abandoned } from "./machine.ts";
import { CONTROLLER } from "./layout.ts";

/** What a worker is started with. */
export interface WorkerStart {
  readonly worker: number;
  readonly blocks: SharedBlocks;
  readonly spin: number;
  /** The submission's bundle and the file that exports the scenarios. */
  readonly code: string;
  /** One instance of the module serves every execution: it was shown to keep no state, and is frozen. */
  readonly stateless: boolean;
  readonly scenarios: string;
}

/** What the host asks of a worker, between scenarios. */
export type WorkerRequest =
  | { readonly kind: "setup"; readonly scenario: string }
  | { readonly kind: "enter"; readonly scenario: string; readonly handle: HandleTree };

/** What a worker answers. */
export type WorkerAnswer =
  | { readonly kind: "ready"; readonly error?: StudentError }
  | {
      readonly kind: "setup";
      readonly handle?: HandleTree;
      /** The class of each thread, where some run the same code and cannot tell themselves apart by what they import. */
      readonly classes?: readonly number[];
      readonly error?: StudentError;
      readonly refused?: string;
      readonly end: number;
    }
  | {
      readonly kind: "left";
      readonly crash?: StudentError & { thread: number; assertion: boolean };
      readonly refused?: string;
      readonly steps: readonly TracedStep[];
      readonly pending: readonly Frame[];
      readonly printed: readonly string[];
    };

/** An error of the submission, as plain data. */
export interface StudentError {
  readonly code: string;
  readonly message: string;
  readonly frames: readonly Frame[];
}

/** The student's frames at one step. */
export interface TracedStep {
  readonly step: number;
  readonly frames: readonly Frame[];
}

const port = parentPort;
if (port === null) throw new Error("E_BUG: worker.ts runs in a worker");
const start = workerData as WorkerStart;
const { scenarios } = (await import(start.scenarios)) as {
  scenarios: readonly Scenario<unknown>[];
};
const byId = new Map(scenarios.map((scenario) => [scenario.id, scenario]));

const realm = lockRealm({ isView: (value) => memory.isView(value) });
const machine = createMachine(start.blocks, start.spin);
const participant = createParticipant(start.blocks, machine, start.worker);
const control = new Int32Array(start.blocks.control);

let refused: string | undefined;
let printed: string[] = [];
const random = createSeededRandom();
const memory = createSharedMemory(machine, (what) => {
  refused ??= what;
  machine.end(End.refused);
  throw abandoned;
});
const describeShared = createDescriber(start.blocks.arena, memory);
const ambient = {
  clock: () => machine.clock(),
  random() {
    control[Word.identified] = 1;
    return random.next();
  },
  listens: () => control[Word.tracing] !== 0 && printed.length < 50,
  print(line: string) {
    printed.push(line.slice(0, 500));
  },
  describe: describeShared,
};
const kit = realm.harden(realm.adopt(createKit(machine, memory)));
const collaborators = createCollaborators({ machine, memory, KataError: kit.KataError });
const { URL } = createUrls();
const globals = realm.harden({ ...memory.globals, ...createGlobals(ambient), URL });
const identify = createNoWorkers(
  realm.harden,
  "this scenario brings its own threads, which the scheduler controls",
);

const asyncHooks = createAsyncHooks(realm.harden);

let factory: Factory | undefined;
let failure: StudentError | undefined;
try {
  factory = realm.compile(start.code, globals);
} catch (error) {
  failure = describe(error);
}
port.postMessage({
  kind: "ready",
  ...(failure === undefined ? {} : { error: failure }),
} satisfies WorkerAnswer);

port.on("message", (request: WorkerRequest) => {
  serve(request).catch((error: unknown) => {
    setImmediate(() => {
      throw error;
    });
  });
});

/** What the submission's promises still do belongs to the scenario that it began in, so it is done before the answer. */
async function serve(request: WorkerRequest): Promise<void> {
  const scenario = byId.get(request.scenario) as ThreadScenario<unknown>;
  if (request.kind === "setup") setUp(scenario);
  else takeTurns(scenario, request.handle);
  await nextTurn();
  if (request.kind === "setup") tellSetup(scenario);
  else leave();
}

function importsOf(threadId: number): Readonly<Record<string, unknown>> {
  return {
    "@concurrency-katas/grader/kit": kit,
    "node:worker_threads": identify({ threadId, isMainThread: threadId === 0 }),
    "node:async_hooks": asyncHooks.exports,
  };
}

function threadOf(index: number, threadId: number): Thread {
  return Object.assign(participant.thread(index, threadId), collaborators);
}

/** What the last set-up returned; undefined when it came to no end. */
let made: HandleTree | undefined;

function setUp(scenario: ThreadScenario<unknown>): void {
  random.reset();
  machine.direct("set-up");
  participant.forget();
  made = undefined;
  participant.run(() => {
    const kata = (factory as Factory).instantiate(importsOf(0));
    const value = scenario.setup(kata, threadOf(-1, 0));
    made = encodeHandle(memory, value);
  });
}

function classesOf({ threads }: ThreadScenario<unknown>): readonly number[] | undefined {
  // How the bundle takes what the submission imports from there.
  if (start.code.includes('imports["node:worker_threads"]')) return undefined;
  const classes = threads.map((body) => threads.indexOf(body));
  return classes.every((first, thread) => first === thread) ? undefined : classes;
}

function tellSetup(scenario: ThreadScenario<unknown>): void {
  const crash = participant.crash();
  const classes = classesOf(scenario);
  (port as NonNullable<typeof port>).postMessage({
    kind: "setup",
    end: control[Word.end] as number,
    ...(made === undefined ? {} : { handle: made }),
    ...(classes === undefined ? {} : { classes }),
    ...(refused === undefined ? {} : { refused }),
    ...(crash === undefined ? {} : { error: describe(crash.error) }),
  } satisfies WorkerAnswer);
  refused = undefined;
}

type Imports = Readonly<Record<string, unknown>>;

/** A new instance for each execution. */
function fresh(imports: Imports): () => unknown {
  return () => (factory as Factory).instantiate(imports);
}

/** One frozen instance, made when it is first wanted. */
function once(imports: Imports): () => unknown {
  let instance: unknown;
  return () => (instance ??= realm.harden((factory as Factory).instantiate(imports)));
}

let traced: TracedStep[] = [];
/** Where the thread stands at its last scheduling point. */
let pending: readonly Frame[] = [];

function takeTurns(scenario: ThreadScenario<unknown>, handle: HandleTree): void {
  const index = start.worker;
  const body = scenario.threads[index];
  const threadId = scenario.threadIds?.[index] ?? index + 1;
  const thread = threadOf(index, threadId);
  const main = threadOf(-1, 0);
  const imports = importsOf(threadId);
  const mainImports = importsOf(0);
  const give = (): unknown => decodeHandle(memory, handle);
  const instantiate = start.stateless ? once : fresh;
  const own = {
    body: body ?? (() => undefined),
    instance: instantiate(imports),
    handle: give,
    thread,
  };
  const final = {
    body: scenario.finally ?? (() => undefined),
    instance: instantiate(mainImports),
    handle: give,
    thread: main,
  };
  const trace = (step: number): void => {
    traced.push({ step, frames: pending });
  };
  const point = (): void => {
    pending = realm.frames(6);
  };

  for (;;) {
    machine.waitTurn(index);
    if (control[Word.command] === Command.leave) return;
    const tracing = control[Word.tracing] !== 0;
    random.reset(index + 2);
    asyncHooks.reset();
    machine.start(index);
    machine.onTrace = tracing ? trace : undefined;
    machine.onPoint = tracing ? point : undefined;
    control[INSIDE + index] = 1;
    runBody(participant, own);
    control[INSIDE + index] = 0;
    if (control[Word.aborting] !== 0 || control[Word.end] !== End.running) {
      control[STATUS + index] = Status.finished;
      machine.passTurn(CONTROLLER);
      continue;
    }
    if (!machine.finish()) continue;
    random.reset();
    machine.direct("final");
    if (scenario.finally === undefined || runBody(participant, final)) machine.end(End.done);
    machine.passTurn(CONTROLLER);
  }
}

/** Tells the host what this worker kept while it took turns. */
function leave(): void {
  const crash = participant.crash();
  (port as NonNullable<typeof port>).postMessage({
    kind: "left",
    steps: traced,
    pending,
    printed,
    ...(refused === undefined ? {} : { refused }),
    ...(crash === undefined
      ? {}
      : {
          crash: {
            ...describe(crash.error),
            thread: start.worker,
            assertion: crash.kind === "assertion",
          },
        }),
  } satisfies WorkerAnswer);
  traced = [];
  pending = [];
  printed = [];
  refused = undefined;
  participant.forget();
}

function framesOf(error: unknown): readonly Frame[] {
  try {
    return realm.framesOf(error);
  } catch {
    return [];
  }
}

/** What was thrown may be a Proxy, whose prototype is for the submission to say. */
function isNotCloneable(error: unknown): error is NotCloneable {
  try {
    return error instanceof NotCloneable;
  } catch {
    return false;
  }
}

function describe(error: unknown): StudentError {
  if (isNotCloneable(error)) return { code: "DataCloneError", message: error.message, frames: [] };
  if (typeof error !== "object" || error === null)
    return { code: `a thrown ${typeof error}`, message: String(error).slice(0, 100), frames: [] };
  const read = (key: string): string => {
    const value = peek(error, key);
    return typeof value === "string" ? value.slice(0, 500) : "";
  };
  return {
    code: read("code") || read("name") || "an object",
    message: read("message"),
    frames: AssertionFailed.is(error) ? [] : framesOf(error),
  };
}
