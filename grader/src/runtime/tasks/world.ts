/**
 * One execution of a scenario of tasks: the loop that lets everything run that can run at once, then chooses what comes
 * next. Each turn is a macrotask of the real event loop, so that microtasks drain, and rejections count as unhandled,
 * exactly when Node says so.
 */
import type { TaskScenario, Tasks } from "../../scenario/index.ts";
import type { TaskEnd } from "../evidence.ts";
import { AssertionFailed, codeOfError } from "../threads/participant.ts";
import type { VirtualClock } from "./clock.ts";
import { plainOf } from "./plain.ts";
import { createPump } from "./pump.ts";
import { isThenable } from "../recorded-call.ts";
import { type Recorder, createRecorder, textOf } from "./recorder.ts";

/** Turns of one execution after which it is cut, and timers in a row after which nothing else is expected. */
export const TURN_LIMIT = 200_000;
export const TIMER_LIMIT = 10_000;

/** Collections after which what is still there is taken to be kept alive. */
const COLLECTIONS = 5;

/** What the world needs of the worker. */
export interface WorldHooks {
  readonly clock: VirtualClock;
  /** A controller whose signal's listeners are counted. */
  readonly abortController: () => AbortController;
  readonly listenersOf: (signal: AbortSignal) => number;
  /** Runs `call` in no async context, whatever was entered before. */
  readonly outside: <R>(call: () => R) => R;
  /** Hears of each turn. */
  readonly onTurn: () => void;
  /** Promises made up to now. */
  readonly promises: () => number;
  /** Collects what nobody holds any more. */
  readonly collect: () => void;
}

/** How one execution is to be run. */
export interface ExecutionOptions {
  readonly scenario: TaskScenario<unknown>;
  /** Gives the submission's module; what it throws ends the execution. */
  readonly instantiate: () => unknown;
  readonly size: number;
  /** Chooses among what is pending, the oldest first, and the clock where it may overtake; by number. */
  readonly choose: (count: number, labels: () => readonly string[]) => number;
  /** Takes what happens, in words. */
  readonly onEvent?: (actor: string, text: string, reordered: boolean) => void;
}

/** How it came out. */
export interface Executed {
  readonly end: TaskEnd;
  readonly result: unknown;
  readonly settled: readonly string[];
  readonly recorder: Recorder;
  /** The thrown value of an end by an error. */
  readonly error?: unknown;
  readonly left: readonly string[];
}

/** The scheduler of a worker: one execution at a time. */
export interface World {
  execute(options: ExecutionOptions): Promise<Executed>;
  /** Something was thrown, or rejected, that nobody took. */
  fail(end: "threw" | "unhandled", error: unknown): void;
}

interface Pending {
  readonly label: string;
  readonly come: () => string;
}

/** What must not be kept alive. */
interface Wanted {
  readonly what: string;
  readonly ref: WeakRef<WeakKey>;
}

interface Ending {
  readonly end: TaskEnd;
  readonly error?: unknown;
  readonly left?: readonly string[];
}

/** Label of the clock among what can be chosen. */
const CLOCK = "clock";

/** Makes it. */
export function createWorld(hooks: WorldHooks): World {
  const { clock } = hooks;
  const pump = createPump();
  let ending: Ending | undefined;
  let isRunning = false;

  async function execute(options: ExecutionOptions): Promise<Executed> {
    const { scenario, instantiate, size, choose, onEvent } = options;
    const recorder = createRecorder(
      onEvent === undefined ? undefined : (text) => onEvent("caller", text, false),
    );
    let pending: Pending[] = [];
    let turning: (() => void)[] = [];
    let idling: (() => void)[] = [];
    const settled: string[] = [];
    const signals: AbortSignal[] = [];
    const held: unknown[] = [];
    const wanted: Wanted[] = [];
    const { overtakes = 0 } = scenario.explore ?? {};
    let overtaken = 0;
    let turns = 0;
    let timers = 0;
    /** Immediates that are still to run in this round; whether one was just run. */
    let round = 0;
    let hasRound = false;
    let isSettled = false;
    let result: unknown;
    clock.reset();
    ending = undefined;
    isRunning = true;

    const tasks: Tasks = {
      size,
      later: (label, value) =>
        new Promise((resolve) => {
          pending.push({
            label,
            come() {
              resolve(value);
              return onEvent === undefined ? "" : `fulfils ${textOf(plainOf(value))}`;
            },
          });
        }),
      fails: (label, reason) =>
        new Promise<never>((_, reject) => {
          pending.push({
            label,
            come() {
              reject(reason);
              return `rejects ${codeOfError(reason)}`;
            },
          });
        }),
      never: () => new Promise<never>(() => undefined),
      event(label, action) {
        pending.push({
          label,
          come() {
            action();
            return "happens";
          },
        });
      },
      sleep: (ms) =>
        new Promise<void>((resolve) => {
          clock.wake(ms, resolve);
        }),
      idle: () =>
        new Promise<void>((resolve) => {
          idling.push(resolve);
        }),
      turn: () =>
        new Promise<void>((resolve) => {
          turning.push(resolve);
        }),
      now: () => clock.now(),
      abortController() {
        const controller = hooks.abortController();
        signals.push(controller.signal);
        return controller;
      },
      operation: (name, args, call) => recorder.operation(name, args, call),
      record(object, members) {
        const recorded: Record<string, unknown> = {};
        for (const member of members) {
          recorded[member] = (...args: unknown[]): unknown =>
            recorder.operation(member, args, () =>
              (object as Record<string, (...a: unknown[]) => unknown>)[member]?.(...args),
            );
        }
        return recorded as never;
      },
      async codeOf(call) {
        try {
          await call();
          return "nothing";
        } catch (error) {
          if (AssertionFailed.is(error)) throw error;
          return codeOfError(error);
        }
      },
      assert(holds, fact) {
        if (holds) return;
        const error = new AssertionFailed(fact);
        ending ??= { end: "assertion", error };
        throw error;
      },
      note(text) {
        onEvent?.("note", text, false);
      },
      promises: () => hooks.promises(),
      keep(object) {
        held.push(object);
      },
      mustCollect(object, what) {
        wanted.push({ what, ref: new WeakRef(object) });
      },
    };

    function begin(): void {
      const bodyEnds = (value: unknown): void => {
        isSettled = true;
        result = plainOf(value);
      };
      const bodyThrows = (error: unknown): void => {
        ending ??= { end: AssertionFailed.is(error) ? "assertion" : "threw", error };
      };
      try {
        const value = scenario.body(instantiate(), tasks);
        if (isThenable(value)) Promise.resolve(value).then(bodyEnds, bodyThrows);
        else bodyEnds(value);
      } catch (error) {
        bodyThrows(error);
      }
    }

    /** What comes next of several: after the body's end it makes no difference any more. */
    function option(): number {
      const mayOvertake = overtaken < overtakes && clock.hasNext();
      const count = pending.length + (mayOvertake ? 1 : 0);
      if (isSettled || count === 1) return 0;
      return choose(count, () => [...pending.map(({ label }) => label), CLOCK].slice(0, count));
    }

    function comeNext(): void {
      const chosen = option();
      timers = 0;
      if (chosen === pending.length) {
        overtaken++;
        onEvent?.(CLOCK, "runs ahead", true);
        clock.fireNext();
        return;
      }
      const [next] = pending.splice(chosen, 1) as [Pending];
      settled.push(next.label);
      try {
        const said = next.come();
        onEvent?.(next.label, said, chosen > 0);
      } catch (error) {
        ending ??= { end: "threw", error };
      }
    }

    /** Whether anything was left to do; what it started then runs before the next turn. */
    function turn(): Ending | undefined {
      hooks.onTurn();
      if (ending !== undefined) return ending;
      if (++turns > TURN_LIMIT) return { end: "limit" };
      if (turns === 1) begin();
      else if (!runImmediate()) return goOn();
      return undefined;
    }

    /** Runs an immediate; after a round of them, others are looked for first, as in Node. */
    function runImmediate(): boolean {
      if (round === 0 && !hasRound) round = clock.immediates();
      hasRound = round > 0;
      if (round === 0) return false;
      round--;
      return clock.runImmediates();
    }

    function goOn(): Ending | undefined {
      if (turning.length > 0) {
        const woken = turning;
        turning = [];
        for (const wake of woken) wake();
      } else if (pending.length > 0) comeNext();
      else if (idling.length > 0) {
        const woken = idling;
        idling = [];
        for (const wake of woken) wake();
      } else return passTime();
      return undefined;
    }

    /** Nothing is pending: the clock goes on, or another round of immediates comes, or it is the end. */
    function passTime(): Ending | undefined {
      const isPolling = clock.immediates() > 0;
      if (isSettled && !isPolling) return leftovers();
      if (!isSettled && !isPolling && !clock.hasNext()) return { end: "never-settles" };
      if (++timers > TIMER_LIMIT)
        return isSettled
          ? { end: "timer-left", left: ["setImmediate, again and again"] }
          : { end: "endless-timers" };
      if (!isSettled && clock.hasNext()) clock.fireNext();
      return undefined;
    }

    function leftovers(): Ending {
      const timersLeft = clock.left();
      if (timersLeft.length > 0) return { end: "timer-left", left: timersLeft };
      const listeners = signals.reduce((sum, signal) => sum + hooks.listenersOf(signal), 0);
      if (listeners > 0) {
        const what = listeners === 1 ? "1 listener" : `${listeners} listeners`;
        return { end: "listener-left", left: [`${what} on a signal of the caller`] };
      }
      return { end: "done" };
    }

    const found = await new Promise<Ending>((resolve) => {
      pump.run(() => {
        const end = hooks.outside(turn);
        if (end !== undefined) resolve(end);
        return end !== undefined;
      });
    });
    isRunning = false;
    pending = [];
    const kept = found.end === "done" && wanted.length > 0 ? await keptAlive(wanted) : [];
    held.length = 0;
    const end = kept.length > 0 ? "kept-alive" : found.end;
    return {
      end,
      result,
      settled,
      recorder,
      ...("error" in found ? { error: found.error } : {}),
      left: kept.length > 0 ? kept : (found.left ?? []),
    };
  }

  /**
   * Looked for in macrotasks of their own: what a weak reference has shown is kept until the end of the job. And more than
   * once: a collection that finishes a marking begun earlier keeps what has died since.
   */
  async function keptAlive(wanted: readonly Wanted[]): Promise<readonly string[]> {
    let left = wanted;
    for (let collection = 0; collection < COLLECTIONS && left.length > 0; collection++) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      hooks.collect();
      left = left.filter(({ ref }) => ref.deref() !== undefined);
    }
    return left.map(({ what }) => what);
  }

  return {
    execute,
    fail(end, error) {
      if (isRunning) ending ??= { end, error };
    },
  };
}
