import * as nativeHooks from "node:async_hooks";
import { createTimers, realTime } from "../../../../src/runtime/program/timers.ts";
import {
  type AsyncHooks,
  createAsyncHooks,
} from "../../../../src/runtime/sealed/web/async-hooks.ts";
import { type Web, createWeb } from "../../../../src/runtime/sealed/web/web.ts";
import type { Log, Program, Side, Wrong } from "./_programs.ts";

/** Ours, in a realm that is not locked down. */
export interface Ours extends Side {
  readonly web: Web;
  readonly hooks: AsyncHooks;
  /** What listeners and microtasks have thrown. */
  readonly thrown: readonly unknown[];
}

/** Node's own. */
export const node: Side = {
  ...nativeHooks,
  AbortController,
  AbortSignal,
  CustomEvent,
  DOMException,
  Event,
  EventTarget,
  clearInterval,
  queueMicrotask,
  setImmediate,
  setInterval,
  setTimeout,
  structuredClone,
};

/** Makes ours anew. */
export function makeOurs(): Ours {
  const thrown: unknown[] = [];
  const onThrow = (error: unknown): void => {
    thrown.push(error);
  };
  const harden = <T>(value: T): T => value;
  const web = createWeb({ harden, onThrow, ...realTime });
  const hooks = createAsyncHooks(harden);
  const timers = createTimers({ harden, onThrow });
  const side = { ...timers.globals, ...web.globals, ...hooks.exports } as unknown as Side;
  return { ...side, web, hooks, thrown };
}

/** Uses nothing but the language, because a compartment has it, too. */
export const wrong: Wrong = {
  call: (receiver, callee, ...values) =>
    Reflect.apply(callee as () => unknown, receiver, values) as unknown,
  make: (constructor, ...values) =>
    Reflect.construct(constructor as new () => object, values) as object,
};

/** What a program logs, each line as a text. */
export async function logOf(program: Program, side: Side): Promise<readonly string[]> {
  const lines: string[] = [];
  const log: Log = (...seen) => {
    lines.push(lineOf(seen));
  };
  await program(side, log, wrong);
  return lines;
}

/** Likewise. */
export function lineOf(seen: readonly unknown[]): string {
  const show = (value: unknown): string =>
    typeof value === "object" ? JSON.stringify(value) : String(value);
  return seen.map(show).join(" ");
}
