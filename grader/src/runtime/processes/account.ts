/** What an execution comes to: how its children ended, who waits for what, and what is left. Pure. */
import type { ChildFacts } from "../../scenario/index.ts";
import type { Child } from "./children.ts";
import { nameOf } from "./narrative.ts";
import type { ProcessWaiter } from "./protocol.ts";

/** The children as the scenario sees them. */
export function factsOf(children: readonly Child[]): readonly ChildFacts[] {
  return children.map(({ number, entry, pid, end }) => ({
    number,
    module: entry,
    pid,
    isAlive: end === undefined,
    code: end?.code ?? null,
    signal: end?.signal ?? null,
  }));
}

/** Those that have not ended. */
export function livingOf(children: readonly Child[]): readonly Child[] {
  return children.filter(({ end }) => end === undefined);
}

/** Who has not ended, and what each of them waits for; `whats` is what the scenario waits for. */
export function waitersOf(
  whats: readonly string[],
  children: readonly Child[],
): readonly ProcessWaiter[] {
  return [
    ...whats.map((what) => ({ actor: 0, text: `waits for ${what}` })),
    ...livingOf(children).flatMap(waitersIn),
  ];
}

function waitersIn({ number, waits, listens, due }: Child): readonly ProcessWaiter[] {
  const atGates = [...waits].map(([gate, site]) => ({
    actor: number,
    text: `waits at the gate "${gate}"`,
    site,
  }));
  if (atGates.length > 0) return atGates;
  if (due !== undefined) return [{ actor: number, text: "waits for a timer" }];
  return [{ actor: number, text: listens ? "waits for a message" : "is alive" }];
}

/** `nothing more can come: child 1 waits for a message`. */
export function stuckText(waiters: readonly ProcessWaiter[]): string {
  const all = waiters.map(({ actor, text }) => `${nameOf(actor)} ${text}`);
  return `nothing more can come: ${all.length === 0 ? "the promise is pending" : all.join("; ")}`;
}

/** What is left of an execution that is over. */
export interface Left {
  readonly living: readonly Child[];
  /** Which timers of the parent, in words. */
  readonly timers: readonly string[];
  /** Processes that are nobody's child. */
  readonly strays: number;
}

/** `child 1 (src/child.ts) is alive; a timer is left (…)`; empty where nothing is left. */
export function leftText({ living, timers, strays }: Left): string {
  return [
    ...living.map(({ number, entry }) => `child ${number} (${entry}) is alive`),
    ...(timers.length === 0 ? [] : [`a timer is left (${timers.join(", ")})`]),
    ...(strays === 0 ? [] : ["a process is alive that is nobody's child"]),
  ].join("; ");
}
