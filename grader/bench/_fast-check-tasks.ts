/** Scenarios of tasks on fast-check's scheduler: the same bodies, in the orders that it draws. */
import fc from "fast-check";
import type { RecordedOperation, TaskExecution } from "../src/runtime/evidence.ts";
import { createTaskJudge } from "../src/grade/judge-orders.ts";
import { createRecorder } from "../src/runtime/tasks/recorder.ts";
import type { TaskScenario, Tasks } from "../src/scenario/index.ts";

/** The body asked for what this scheduler does not have: a clock, a count of promises. */
export class Unsupported extends Error {}

/** Microtasks that are waited for before the next promise is scheduled, as fast-check's `waitFor` does. */
const TICKS = 50;

interface Run {
  readonly tasks: Tasks;
  readonly settled: readonly string[];
  readonly operations: () => readonly RecordedOperation[];
  /** Schedules what is pending until `promise` settles; false when nothing is left to schedule. */
  until(promise: Promise<unknown>): Promise<boolean>;
}

function createRun(scheduler: fc.Scheduler, size: number): Run {
  const settled: string[] = [];
  const recorder = createRecorder(undefined);
  let idling: (() => void)[] = [];
  const lacks = (): never => {
    throw new Unsupported();
  };
  const came = (label: string) => (): void => {
    settled.push(label);
  };
  const tasks: Tasks = {
    size,
    later(label, value) {
      const promise = scheduler.schedule(Promise.resolve(value), label);
      void promise.then(came(label));
      return promise;
    },
    fails(label, reason) {
      const promise = scheduler.schedule(Promise.reject(reason as Error), label);
      promise.catch(came(label));
      return promise;
    },
    never: () => new Promise(() => undefined),
    event(label, action) {
      const happen = (): void => {
        came(label)();
        action();
      };
      void scheduler.schedule(Promise.resolve(), label).then(happen);
    },
    sleep: lacks,
    idle: () =>
      new Promise<void>((resolve) => {
        idling.push(resolve);
      }),
    turn: () =>
      new Promise<void>((resolve) => {
        setImmediate(resolve);
      }),
    now: lacks,
    abortController: () => new AbortController(),
    operation: (name, args, call) => recorder.operation(name, args, call),
    record(object, members) {
      return Object.fromEntries(
        members.map((member) => [
          member,
          (...args: unknown[]) =>
            recorder.operation(member, args, () =>
              (object as Record<string, (...a: unknown[]) => unknown>)[member]?.(...args),
            ),
        ]),
      ) as never;
    },
    async codeOf(call) {
      try {
        await call();
        return "nothing";
      } catch (error) {
        const { code, name } = error as { readonly code?: string; readonly name: string };
        return code ?? name;
      }
    },
    assert(holds, fact) {
      if (!holds) throw new Error(fact);
    },
    note: () => undefined,
    promises: lacks,
    keep: () => undefined,
    mustCollect: () => undefined,
  };
  return {
    tasks,
    settled,
    operations: recorder.operations,
    async until(promise) {
      const state = { isOver: false };
      const over = (): void => {
        state.isOver = true;
      };
      promise.then(over, over);
      for (;;) {
        for (let tick = 0; tick < TICKS && !state.isOver; tick++) await Promise.resolve();
        if (state.isOver) return true;
        if (scheduler.count() > 0) await scheduler.waitOne();
        else if (idling.length > 0) {
          const woken = idling;
          idling = [];
          for (const wake of woken) wake();
        } else {
          await new Promise((resolve) => setImmediate(resolve));
          if (!state.isOver && scheduler.count() === 0 && idling.length === 0) return false;
        }
      }
    },
  };
}

/** How a campaign came out. */
export interface Campaign {
  readonly found: boolean;
  /** The body needs what the scheduler does not have. */
  readonly unsupported: boolean;
  readonly orders: number;
  readonly milliseconds: number;
}

/** Runs a scenario's body with its largest size in orders that fast-check draws, until one fails or time is up. */
export async function campaign(
  scenario: TaskScenario<unknown>,
  kata: unknown,
  { seed, budget, orders }: { readonly seed: number; readonly budget: number; orders: number },
): Promise<Campaign> {
  const judge = createTaskJudge(scenario);
  const size = Math.max(...(scenario.sizes ?? [0]));
  let ran = 0;
  let unsupported = false;
  let unhandled = false;
  const onUnhandled = (): void => {
    unhandled = true;
  };
  process.on("unhandledRejection", onUnhandled);
  const began = performance.now();
  const property = fc.asyncProperty(fc.scheduler(), async (scheduler) => {
    ran++;
    const run = createRun(scheduler, size);
    let result: unknown;
    try {
      const body = Promise.resolve(scenario.body(kata, run.tasks));
      if (!(await run.until(body))) return false;
      result = await body;
      await scheduler.waitAll();
    } catch (error) {
      unsupported ||= error instanceof Unsupported;
      return unsupported;
    }
    if (unhandled) return false;
    const execution: TaskExecution = {
      execution: ran,
      size,
      isSample: true,
      plan: [],
      end: "done",
      result: JSON.parse(JSON.stringify(result ?? null)) as unknown,
      settled: run.settled,
      operations: run.operations(),
      left: [],
    };
    const finding = judge(execution);
    return finding === undefined || finding.verdict === "vacuous";
  });
  const details = await fc.check(property, {
    seed,
    numRuns: orders,
    interruptAfterTimeLimit: budget,
    endOnFailure: true,
  });
  const milliseconds = performance.now() - began;
  // What was rejected last is told in the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", onUnhandled);
  const found = !unsupported && ((details.failed && !details.interrupted) || unhandled);
  return { found, unsupported, orders: ran, milliseconds };
}
