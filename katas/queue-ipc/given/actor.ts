/**
 * A child that uses a queue as its script says: the steps are its first argument, as JSON. It opens the queue of its own
 * port, takes one step after the other, and ends when nothing is left to do.
 */
import type { ChildHarness } from "@concurrency-katas/grader/scenario";
import { openQueue } from "../src/index.ts";

/** How a scenario holds a child, and hears of its calls. */
declare const harness: ChildHarness;

interface Options {
  readonly timeout?: number;
}

/** One step of a script. */
export type Step =
  | readonly ["put", item: unknown, options?: Options]
  | readonly ["get", options?: Options]
  | readonly ["putNowait", item: unknown]
  | readonly ["getNowait" | "qsize" | "empty" | "full" | "close"]
  /** Puts so many whole numbers from `first` on; gets so many items, in one record. */
  | readonly ["putMany", first: number, count: number]
  | readonly ["getMany", count: number]
  /** Gets an item and puts it back. */
  | readonly ["pass"]
  /** Gets items until it is ended. */
  | readonly ["getForever"]
  /** Waits at a gate of the scenario. */
  | readonly ["gate", name: string]
  /** Begins all of these steps at once. */
  | readonly ["together", steps: readonly Step[]];

const queue = openQueue<unknown>();

/** A recorded call. What it rejects with is in the record, and the script goes on. */
async function call(name: string, args: readonly unknown[], made: () => unknown): Promise<unknown> {
  try {
    return await harness.operation(name, args, made);
  } catch {
    return undefined;
  }
}

async function take(step: Step): Promise<unknown> {
  switch (step[0]) {
    case "put": {
      const [name, item, options] = step;
      const args = options === undefined ? [item] : [item, options];
      return call(name, args, () => queue.put(item, options));
    }
    case "putNowait": {
      const [, item] = step;
      return call("put", [item, { timeout: 0 }], () => queue.putNowait(item));
    }
    case "get": {
      const [name, options] = step;
      return call(name, options === undefined ? [] : [options], () => queue.get(options));
    }
    case "getNowait":
      return call("get", [{ timeout: 0 }], () => queue.getNowait());
    case "qsize":
    case "empty":
    case "full": {
      const [name] = step;
      return call(name, [], () => queue[name]());
    }
    case "close":
      return queue.close();
    case "putMany": {
      const [, first, count] = step;
      for (let i = 0; i < count; i++) await queue.put(first + i);
      return undefined;
    }
    case "getMany": {
      const [name, count] = step;
      return call(name, [count], async () => {
        const items: unknown[] = [];
        while (items.length < count) items.push(await queue.get());
        return items;
      });
    }
    case "pass":
      return queue.put(await queue.get());
    case "getForever":
      for (;;) await harness.operation("get", [], () => queue.get());
    case "gate":
      return harness.gate(step[1]);
    case "together": {
      const [, steps] = step;
      return Promise.all(steps.map(take));
    }
  }
}

async function play(steps: readonly Step[]): Promise<void> {
  for (const step of steps) await take(step);
}

void play(JSON.parse(process.argv[2] ?? "[]") as readonly Step[]);
