/**
 * joinable-queue: a bounded queue between threads, and a `join()` that waits for the work.
 *
 * Everything to write is marked TODO. A good order:
 *   1. the queue in one thread     npm test -w kata-joinable-queue -- --only B1   then B2, B3
 *   2. put and get in several      npm test -w kata-joinable-queue -- --only T1
 *   3. runKitchen                  npm test -w kata-joinable-queue -- --only S1
 *
 * `@concurrency-katas/grader/kit` also exports `Mutex`, a lock that crosses threads by its handle.
 */
import { KataError } from "@concurrency-katas/grader/kit";

/**
 * A queue of at most `maxsize` items, shared by every thread that has its handle. It also counts
 * tasks: each `put()` is one unfinished task more, each `taskDone()` one less.
 *
 * Items are whole numbers of 32 bits, such as indexes of jobs, and come out in the order in which
 * they went in. A call that has to wait blocks its thread, which sleeps until it is woken.
 *
 * `timeout` is in milliseconds. Left out, a call waits for ever; with 0 it tries once. A timeout
 * that is negative or `NaN` is a `RangeError` and changes nothing.
 */
export class JoinableQueue {
  /**
   * What another thread needs to reach the same queue: anything that `postMessage` can carry, such
   * as a `SharedArrayBuffer` or an object that holds several. Only this class looks inside.
   */
  readonly handle: unknown;

  private constructor(handle: unknown) {
    // TODO: keep a view of the shared memory as well; everything that changes must live there.
    this.handle = handle;
  }

  /** An empty queue in new shared memory, for 1 to 65,536 items; any other size: `RangeError`. */
  static create(o: { maxsize: number }): JoinableQueue {
    // TODO: allocate the shared memory and return new JoinableQueue(handle).
    throw new KataError("TODO", `JoinableQueue.create(${o.maxsize}): start here, then try B1`);
  }

  /** The same queue in this thread. May be called many times for one handle, in any thread. */
  static attach(handle: unknown): JoinableQueue {
    // TODO: return new JoinableQueue(handle).
    throw new KataError("TODO", `JoinableQueue.attach(${typeof handle}): try B1`);
  }

  /**
   * Stores `item` and counts one unfinished task. Waits while the queue is full; if there is no
   * room in time, throws a `KataError` with the code `FULL`, and has stored and counted nothing.
   */
  put(item: number, o?: { timeout?: number }): void {
    // TODO: one thread first (B1, B2), then several (T1).
    throw new KataError("TODO", `put(${item}, ${typeof o}): try B1, then T1`);
  }

  /**
   * Takes the item that has been in the queue for longest. Waits while the queue is empty; if there
   * is no item in time, throws a `KataError` with the code `EMPTY`, and has taken nothing.
   */
  get(o?: { timeout?: number }): number {
    // TODO: one thread first (B1, B2), then several (T1).
    throw new KataError("TODO", `get(${typeof o}): try B1, then T1`);
  }

  /**
   * Reports that one task is done. If none is unfinished, throws a `KataError` with the code
   * `TASK_DONE` and changes nothing.
   */
  taskDone(): void {
    // TODO
    throw new KataError("TODO", "taskDone(): try B1, then B3");
  }

  /**
   * Waits until no task is unfinished, then returns `true`; or returns `false` when the time is up.
   * Any number of threads may be waiting.
   */
  join(o?: { timeout?: number }): boolean {
    // TODO
    throw new KataError("TODO", `join(${typeof o}): try B1, then B2`);
  }

  /** Items in the queue at one moment of the call. */
  qsize(): number {
    // TODO
    throw new KataError("TODO", "qsize(): try B1");
  }

  /** Unfinished tasks at one moment of the call. */
  unfinished(): number {
    // TODO
    throw new KataError("TODO", "unfinished(): try B1");
  }
}

/**
 * A kitchen: `cooks` workers put `dishes` dishes each into ONE queue for `maxsize` of them, and
 * `eaters` workers take and process them for ever.
 *
 * Cooks run `given/cook.ts` and eaters `given/eater.ts`; their files say what they need. The dishes
 * are numbered from 0, and no two of them have the same number. Resolves with the numbers of all
 * dishes, in the order in which they were eaten, when every dish is processed and none of the
 * workers is left. Without cooks there is nothing to do: it ends at once, with no dish.
 */
export function runKitchen(o: {
  cooks: number;
  dishes: number;
  eaters: number;
  maxsize: number;
}): Promise<{ eaten: number[] }> {
  // TODO: new Worker(new URL("../given/cook.ts", import.meta.url), { workerData: … })
  throw new KataError("TODO", `runKitchen(${o.cooks} cooks, ${o.eaters} eaters): try S1`);
}
