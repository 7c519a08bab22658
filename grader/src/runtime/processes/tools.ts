/** What the body of a scenario of processes may do beside what the submission does. */
import type { ChildNote, ChildOptions, Processes } from "../../scenario/index.ts";
import { recordCall } from "../recorded-call.ts";
import { moduleUrl as moduleHref } from "../sealed/url.ts";
import { plainOf } from "../tasks/plain.ts";
import { AssertionFailed, codeOfError } from "../threads/participant.ts";
import { factsOf } from "./account.ts";
import type { Child } from "./children.ts";
import type { Gates } from "./gates.ts";
import type { Operations } from "./operations.ts";
import type { Waits } from "./waits.ts";
import type { WorldHooks } from "./world.ts";

/** The parts of an execution that its scenario has to do with. */
export interface ToolParts {
  readonly hooks: Pick<WorldHooks, "clock" | "fork" | "parentEnv" | "url">;
  readonly gates: Gates;
  readonly waits: Waits;
  readonly operations: Operations;
  readonly notes: readonly ChildNote[];
  children(): readonly Child[];
  /** Sends a signal from outside. */
  strike(child: Child, signal: "SIGKILL" | "SIGTERM"): void;
  /** The parent is gone, and its children have `ms` virtual milliseconds from now on. */
  killParent(ms: number): void;
}

/** Makes the tools of an execution. */
export function createTools(parts: ToolParts): Processes {
  const { hooks, gates, waits, operations, notes, children } = parts;
  const { clock } = hooks;
  let recorded = 0;
  return Object.freeze<Processes>({
    module: moduleHref,
    url: (path) => hooks.url(moduleHref(path)),
    env: hooks.parentEnv,
    pid: process.pid,
    arrived: (gate, count) =>
      waits.until(
        `${count} jobs at the gate "${gate}"`,
        () => gates.waitingAt(gate).length >= count,
      ),
    open: gates.open,
    rest: waits.untilIdle,
    sleep: (ms) =>
      new Promise<void>((resolve) => {
        clock.wake(ms, resolve);
      }),
    now: clock.now,
    kill(number, signal) {
      const child = children()[number - 1];
      if (child !== undefined) parts.strike(child, signal);
    },
    die(ms) {
      parts.killParent(ms);
      return new Promise<never>(() => undefined);
    },
    children: () => factsOf(children()),
    notes: () => [...notes],
    async codeOf(call) {
      try {
        await call();
        return "nothing";
      } catch (error) {
        return codeOfError(error);
      }
    },
    operation<R>(name: string, args: readonly unknown[], call: () => R): R {
      const own = recorded++;
      operations.called(0, own, name, plainOf(args) as readonly unknown[]);
      return recordCall(call, (outcome) => {
        operations.answered(0, own, outcome);
      });
    },
    start(path, { args = [], ...options }: ChildOptions = {}) {
      return hooks.fork(moduleHref(path), args, options);
    },
    assert(holds, fact) {
      if (!holds) throw new AssertionFailed(fact);
    },
  });
}
