/**
 * Search over the orders in which pending promises settle: an execution is a sequence of choices, each among a number
 * of options of which 0 is the oldest.
 */

/** A choice, counted from 0 over those with more than one option, at which another option than the oldest is taken. */
export interface Reordering {
  readonly choice: number;
  /** At least 1. */
  readonly option: number;
}

/** What has been run so far. */
export interface OrdersExplored {
  readonly orders: number;
  /** Every order with at most this many reorderings was run; -1 = not even those without. */
  readonly bound: number;
  /** True when every order was run. */
  readonly complete: boolean;
}

/**
 * Iterative bounding by reorderings: first the order without any, then all with one, and so on, so the first failure
 * has the fewest. Every order is run once: what is added to a plan always comes after what it has.
 */
export interface OrderExplorer {
  /** The next plan, or undefined when there is none or as many were run as may be. */
  next(): readonly Reordering[] | undefined;
  /** Takes in the execution of that plan: the number of options at each choice. */
  completed(options: readonly number[]): void;
  explored(): OrdersExplored;
}

/** A plan as a chain: what it adds to its parent's. */
interface Branch {
  readonly parent: Branch | undefined;
  readonly choice: number;
  readonly option: number;
}

/** Starts a search that runs at most `limit` orders. */
export function createOrderExplorer({ limit }: { readonly limit: number }): OrderExplorer {
  let current: (Branch | undefined)[] = [undefined];
  let following: Branch[] = [];
  let head = 0;
  let running: Branch | undefined;
  let orders = 0;
  let bound = 0;
  /** The first number of reorderings of which some order was left out, because no more than `limit` are run. */
  let incomplete = Infinity;
  let isRunning = false;

  return {
    next() {
      if (orders >= limit) return undefined;
      if (head === current.length) {
        if (following.length === 0) return undefined;
        current = following;
        following = [];
        head = 0;
        bound++;
      }
      running = current[head];
      current[head++] = undefined;
      orders++;
      isRunning = true;
      const plan: Reordering[] = [];
      for (let branch = running; branch !== undefined; branch = branch.parent)
        plan.push({ choice: branch.choice, option: branch.option });
      return plan.reverse();
    },
    completed(options) {
      isRunning = false;
      const from = running === undefined ? 0 : running.choice + 1;
      for (let choice = from; choice < options.length; choice++) {
        for (let option = 1; option < (options[choice] as number); option++) {
          if (orders + (current.length - head) + following.length >= limit) {
            incomplete = Math.min(incomplete, bound + 1);
            return;
          }
          following.push({ parent: running, choice, option });
        }
      }
    },
    explored() {
      const isDone = head === current.length && !isRunning;
      const exhausted = Math.min(isDone ? bound : bound - 1, incomplete - 1);
      const complete = isDone && following.length === 0 && incomplete === Infinity;
      return { orders, bound: exhausted, complete };
    },
  };
}
