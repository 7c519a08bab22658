/** A worker of a stress run: the submission in its compartment, with real shared memory and at full speed. */
import { parentPort, workerData } from "node:worker_threads";
import type { Scenario, StressScenario, Thread } from "../../scenario/index.ts";
import type { Factory } from "../sealed/compartment.ts";
import { createNoWorkers } from "../sealed/no-workers.ts";
import { lockNativeRealm } from "./native-realm.ts";
import { createNativeTools } from "./native-tools.ts";

/** What a stress worker is started with. */
export interface StressStart {
  readonly worker: number;
  readonly code: string;
  readonly scenarios: string;
  /** One word: workers wait on it so that they start together. */
  readonly gate: SharedArrayBuffer;
}

/** What the host asks of a stress worker. */
export type StressRequest =
  | { readonly kind: "setup" | "finally"; readonly scenario: string; readonly handle?: unknown }
  | {
      readonly kind: "body";
      readonly scenario: string;
      readonly handle: unknown;
      readonly workers: number;
      readonly run: number;
    };

/** What it answers; a thrown error is described. */
export interface StressAnswer {
  readonly kind: "ready" | "setup" | "body" | "finally";
  readonly value?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}

const port = parentPort;
if (port === null) throw new Error("E_BUG: worker.ts runs in a worker");
const start = workerData as StressStart;
const { scenarios } = (await import(start.scenarios)) as {
  scenarios: readonly Scenario<unknown>[];
};
const { realm, globals, kit } = lockNativeRealm();
const identify = createNoWorkers(realm.harden, "this scenario brings its own workers");

let factory: Factory | undefined;
try {
  factory = realm.compile(start.code, globals);
  answer({ kind: "ready" });
} catch (error) {
  answer({ kind: "ready", error: describe(error) });
}

/** One instance of the submission for each run, as a fresh worker would have; worker 0 also plays the main thread. */
const instances = new Map<string, Record<string, unknown>>();

function instanceOf(key: string, threadId: number): Record<string, unknown> {
  let instance = instances.get(key);
  if (instance === undefined) {
    instances.clear();
    instance = (factory as Factory).instantiate({
      "@concurrency-katas/grader/kit": kit,
      "node:worker_threads": identify({ threadId, isMainThread: threadId === 0 }),
    });
    instances.set(key, instance);
  }
  return instance;
}

port.on("message", (request: StressRequest) => {
  const scenario = scenarios.find(({ id }) => id === request.scenario) as StressScenario<unknown>;
  try {
    answer({ kind: request.kind, value: perform(scenario, request) });
  } catch (error) {
    answer({ kind: request.kind, error: describe(error) });
  }
});

function perform(scenario: StressScenario<unknown>, request: StressRequest): unknown {
  switch (request.kind) {
    case "setup":
      instances.clear();
      return scenario.setup(instanceOf("main", 0), mainThread);
    case "finally": {
      const { finally: look } = scenario;
      return look(instanceOf("main again", 0), request.handle);
    }
    case "body": {
      const kata = instanceOf(`run ${request.run}`, start.worker + 1);
      const gate = new Int32Array(start.gate);
      Atomics.add(gate, 1, 1);
      while (Atomics.load(gate, 0) < request.run) Atomics.wait(gate, 0, request.run - 1);
      return scenario.body(kata, request.handle, {
        index: start.worker,
        workers: request.workers,
        ...createNativeTools(start.worker + 1),
      });
    }
  }
}

function answer(message: StressAnswer): void {
  (port as NonNullable<typeof port>).postMessage(message);
}

function describe(error: unknown): { code: string; message: string } {
  if (typeof error !== "object" || error === null)
    return { code: `a thrown ${typeof error}`, message: "" };
  const read = (key: string): string => {
    try {
      const value = (error as Record<string, unknown>)[key];
      return typeof value === "string" ? value.slice(0, 500) : "";
    } catch {
      return "";
    }
  };
  return { code: read("code") || read("name") || "an object", message: read("message") };
}

const mainThread: Thread = {
  ...createNativeTools(0),
  index: -1,
  threadId: 0,
  operation: (_name, _args, call) => call(),
  record: (object) => object,
  codeOf() {
    return "nothing";
  },
  assert: () => undefined,
};
