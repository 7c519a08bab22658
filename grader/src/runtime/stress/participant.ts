/** One thread of a stress run: the submission in its compartment, with real shared memory and at full speed. */
import type { MessagePort } from "node:worker_threads";
import type { Scenario, StressScenario, Thread } from "../../scenario/index.ts";
import type { Factory } from "../sealed/compartment.ts";
import { createNoWorkers } from "../sealed/no-workers.ts";
import { createAsyncHooks } from "../sealed/web/async-hooks.ts";
import { type DescribedError, describeError } from "./described.ts";
import { lockNativeRealm } from "./native-realm.ts";
import { createNativeTools } from "./native-tools.ts";

/** What a thread takes part with. */
export interface ParticipantStart {
  readonly code: string;
  readonly scenarios: string;
  /** Word 0: the last run that may begin; word 1: how many threads have come to a gate in all. */
  readonly gate: SharedArrayBuffer;
}

/** What the conductor asks of a thread. */
export type StressRequest =
  | { readonly kind: "setup" | "finally"; readonly scenario: string; readonly handle?: unknown }
  | {
      readonly kind: "body";
      readonly scenario: string;
      readonly handle: unknown;
      /** Which of the scenario's workers it is, and how many there are. */
      readonly index: number;
      readonly workers: number;
      readonly run: number;
      /** 0 is the main thread. */
      readonly threadId: number;
    };

/** What it answers. */
export interface StressAnswer {
  readonly kind: "ready" | "setup" | "body" | "finally";
  readonly value?: unknown;
  readonly error?: DescribedError;
}

/** Takes part until the process ends: says that it is ready, then answers what `port` brings. */
export async function takePart(port: MessagePort, start: ParticipantStart): Promise<void> {
  const { scenarios } = (await import(start.scenarios)) as {
    scenarios: readonly Scenario<unknown>[];
  };
  const { realm, globals, kit } = lockNativeRealm();
  const identify = createNoWorkers(realm.harden, "this scenario brings its own workers");
  const asyncHooks = createAsyncHooks(realm.harden);
  const gate = new Int32Array(start.gate);
  let factory: Factory | undefined;
  /** The last instance of the submission, and what for. */
  let last: { readonly key: string; readonly instance: Record<string, unknown> } | undefined;

  function instanceOf(key: string, threadId: number): Record<string, unknown> {
    if (last?.key !== key) {
      asyncHooks.reset();
      const instance = (factory as Factory).instantiate({
        "@concurrency-katas/grader/kit": kit,
        "node:worker_threads": identify({ threadId, isMainThread: threadId === 0 }),
        "node:async_hooks": asyncHooks.exports,
      });
      last = { key, instance };
    }
    return last.instance;
  }

  function perform(scenario: StressScenario<unknown>, request: StressRequest): unknown {
    switch (request.kind) {
      case "setup":
        last = undefined;
        return scenario.setup(instanceOf("main", 0), mainThread);
      case "finally": {
        const { finally: look } = scenario;
        return look(instanceOf("main again", 0), request.handle);
      }
      case "body": {
        const { run, threadId, index, workers, handle } = request;
        // A main thread has one instance of a module, from the set-up on; a worker is as good as new in each run.
        const kata = instanceOf(threadId === 0 ? "main" : `run ${run}`, threadId);
        Atomics.add(gate, 1, 1);
        while (Atomics.load(gate, 0) < run) Atomics.wait(gate, 0, run - 1);
        return scenario.body(kata, handle, { index, workers, ...createNativeTools(threadId) });
      }
    }
  }

  function reply(kind: StressAnswer["kind"], act: () => unknown): void {
    try {
      port.postMessage({ kind, value: act() } satisfies StressAnswer);
    } catch (error) {
      port.postMessage({ kind, error: describeError(error, realm) } satisfies StressAnswer);
    }
  }

  reply("ready", () => {
    factory = realm.compile(start.code, globals);
  });
  port.on("message", (request: StressRequest) => {
    const scenario = scenarios.find(({ id }) => id === request.scenario) as StressScenario<unknown>;
    reply(request.kind, () => perform(scenario, request));
  });
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
