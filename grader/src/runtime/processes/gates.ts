/** The gates at which jobs in children wait until the scenario has seen what must be running. */
import type { Child } from "./children.ts";

/** The gates of one execution. */
export interface Gates {
  /** A job in a child has come to a gate. */
  arrive(child: Child, gate: string): void;
  /** Lets all who wait there go on, and all who come. */
  open(gate: string): void;
  /** The children that have a job at this gate. */
  waitingAt(gate: string): readonly Child[];
}

/** What gates do to an execution. */
export interface GateHooks {
  /** How many must have come until a gate opens by itself; it stays shut where nothing is said. */
  readonly thresholds: Readonly<Record<string, number>>;
  children(): readonly Child[];
  /** Lets the job of a child go on. */
  pass(child: Child, gate: string): void;
}

/** Makes the gates of an execution: all are shut. */
export function createGates({ thresholds, children, pass }: GateHooks): Gates {
  const isOpen = new Set<string>();
  const waitingAt = (gate: string): readonly Child[] =>
    children().filter((child) => child.waits.has(gate));

  function letThrough(child: Child, gate: string): void {
    child.waits.delete(gate);
    pass(child, gate);
  }

  function open(gate: string): void {
    isOpen.add(gate);
    for (const child of waitingAt(gate)) letThrough(child, gate);
  }

  return {
    waitingAt,
    open,
    arrive(child, gate) {
      if (isOpen.has(gate)) letThrough(child, gate);
      else if (waitingAt(gate).length >= (thresholds[gate] ?? Infinity)) open(gate);
    },
  };
}
