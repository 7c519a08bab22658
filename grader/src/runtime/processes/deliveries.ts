/**
 * What may come next between a parent and its children, and which of it does. Each channel keeps its order in each
 * direction; between channels there is none, and the end of a process is known by a way of its own: `exit` may overtake
 * what the child sent before, `disconnect` may not. Pure.
 */
import { drawsOf } from "../../schedule/index.ts";
import type { Order } from "./protocol.ts";

/** Something that waits to be delivered. `child` counts from 1 in the order of the forks. */
export type Delivery =
  | {
      readonly kind: "message";
      readonly to: "parent" | "child";
      readonly child: number;
      readonly value: unknown;
    }
  | { readonly kind: "disconnect"; readonly to: "parent" | "child"; readonly child: number }
  | { readonly kind: "gate"; readonly to: "child"; readonly child: number; readonly gate: string }
  | {
      readonly kind: "exit";
      readonly to: "parent";
      readonly child: number;
      readonly code: number | null;
      readonly signal: string | null;
    };

/** What waits, lane by lane. */
export interface Deliveries {
  add(delivery: Delivery): void;
  /** Forgets what is on its way to a child, or from it to the parent: who has ended gets nothing. */
  drop(child: number, to: Delivery["to"]): void;
  /** The first of each lane: what came earliest first, then by child. */
  candidates(): readonly Delivery[];
  take(delivery: Delivery): void;
  /** Begins a new round: what is added from now on is younger than all that waits. */
  nextRound(): void;
  readonly size: number;
}

interface Waiting {
  readonly delivery: Delivery;
  readonly round: number;
}

/** Lanes of one child, in the order in which equals are listed. */
const lanes = ["to-child", "gate", "to-parent", "exit"] as const;

const lanesTo = { child: ["to-child", "gate"], parent: ["to-parent", "exit"] } as const;

/** Makes an empty one. */
export function createDeliveries(): Deliveries {
  const waiting = new Map<string, Waiting[]>();
  let round = 0;
  let size = 0;
  return {
    add(delivery) {
      const key = keyOf(delivery);
      const lane = waiting.get(key) ?? [];
      lane.push({ delivery, round });
      waiting.set(key, lane);
      size++;
    },
    drop(child, to) {
      for (const lane of lanesTo[to]) {
        size -= waiting.get(`${child} ${lane}`)?.length ?? 0;
        waiting.delete(`${child} ${lane}`);
      }
    },
    candidates: () =>
      [...waiting.values()]
        .flatMap(([first]) => (first === undefined ? [] : [first]))
        .toSorted(
          (a, b) =>
            a.round - b.round ||
            a.delivery.child - b.delivery.child ||
            lanes.indexOf(laneOf(a.delivery)) - lanes.indexOf(laneOf(b.delivery)),
        )
        .map(({ delivery }) => delivery),
    take(delivery) {
      waiting.get(keyOf(delivery))?.shift();
      size--;
    },
    nextRound() {
      round++;
    },
    get size() {
      return size;
    },
  };
}

function laneOf({ kind, to }: Delivery): (typeof lanes)[number] {
  if (kind === "exit" || kind === "gate") return kind;
  return to === "child" ? "to-child" : "to-parent";
}

function keyOf(delivery: Delivery): string {
  return `${delivery.child} ${laneOf(delivery)}`;
}

/** How an execution chooses. */
export interface Chooser {
  /** The next delivery out of candidates, of which there is at least one. */
  choose(candidates: readonly Delivery[]): Delivery;
  /** Whether the clock comes first although there are candidates. */
  overtakes(): boolean;
}

/** Makes the choice of an execution. */
export function chooserOf(order: Order): Chooser {
  const oldest = (candidates: readonly Delivery[]): Delivery => candidates[0] as Delivery;
  switch (order) {
    case "newest-first":
      return { choose: (candidates) => candidates.at(-1) as Delivery, overtakes: () => false };
    case "exits-first":
      return {
        choose: (candidates) =>
          candidates.find(({ kind }) => kind === "exit") ?? oldest(candidates),
        overtakes: () => false,
      };
    case "clock-first":
      return { choose: oldest, overtakes: () => true };
    default: {
      const seed = /^seed-(?<seed>\d+)$/.exec(order)?.groups?.["seed"];
      if (seed === undefined) return { choose: oldest, overtakes: () => false };
      const draw = drawsOf(Number(seed));
      return {
        choose: (candidates) => candidates[draw(candidates.length)] as Delivery,
        overtakes: () => draw(OVERTAKES) === 0,
      };
    }
  }
}

/** One in so many times the clock comes first, where a seed decides. */
const OVERTAKES = 4;
