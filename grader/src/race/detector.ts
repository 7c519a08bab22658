import { resetCells, THREAD_LIMIT, TIME_LIMIT } from "./_cells.ts";
import { acquireClock, releaseClock, resetClocks } from "./_clocks.ts";
import { raceOf } from "./_finding.ts";
import { createKeyedClocks, keyedClock, resetKeyedClocks } from "./_keyed-clocks.ts";
import { atomicBytes, createShadow, readBytes, writeBytes } from "./_shadow.ts";
import type { Race } from "./race.ts";

/**
 * Decides whether an execution has a data race in the memory model of JavaScript.
 *
 * It is told every event in the order of execution. An access is given as bytes `address` up to
 * `address + size` of one flat memory, in which every `SharedArrayBuffer` starts at a multiple of
 * 8; sizes are 1, 2, 4 and 8, only plain accesses may be unaligned, and threads are numbered from
 * 0. Steps never decrease and grow from one operation to the next; the elements of one bulk
 * operation may share a step. Each access returns the step of an earlier access that it races with,
 * the latest if there are several, or -1.
 *
 * Up to the first race of an execution the answers are exact: an access returns -1 exactly when it
 * races with nothing before it. After it every reported pair is still a race, but some are missed,
 * because an epoch remembers only the last of several unordered accesses (FastTrack, Flanagan and
 * Freund, PLDI 2009, §3).
 *
 * Happens-before is that of ECMA-262 §Memory Model. An atomic write synchronizes with the atomic
 * reads of equal range that read from it, and with nothing else: a store *replaces* what an earlier
 * one published, also when it publishes less. A plain or a differently sized write between the two
 * needs no bookkeeping: unless it races with one of them it is ordered between them, and so they
 * are ordered.
 */
export interface RaceDetector {
  /**
   * Starts an execution: nothing has been accessed, and the contents of memory happen before
   * everything. Threads are unordered until edges are reported.
   */
  reset(): void;

  /** A read that is not atomic: of an element of a typed array, or through a `DataView`. */
  plainRead(thread: number, address: number, size: number, step: number): number;
  /** A write that is not atomic. */
  plainWrite(thread: number, address: number, size: number, step: number): number;
  /**
   * `Atomics.load`, a `compareExchange` that found another value (a read and nothing more, ECMA-262
   * AtomicCompareExchangeInSharedBlock), and the read inside `Atomics.wait`.
   */
  atomicLoad(thread: number, address: number, size: number, step: number): number;
  /** `Atomics.store`. */
  atomicStore(thread: number, address: number, size: number, step: number): number;
  /**
   * A read-modify-write: `add`, `sub`, `and`, `or`, `xor`, `exchange`, a successful
   * `compareExchange`.
   */
  atomicUpdate(thread: number, address: number, size: number, step: number): number;

  /**
   * `Atomics.wait` enters the critical section of the waiter list of `address`. The next event must
   * be the {@link atomicLoad} of the same thread: it leaves the critical section, whether the
   * thread then falls asleep or returns "not-equal" (tc39/ecma262 PR 1692: each leaving
   * synchronizes with the next entering of the same list).
   */
  waitEnter(thread: number, address: number): void;
  /** `Atomics.notify` enters and leaves the critical section, whether or not it wakes anybody. */
  notify(thread: number, address: number): void;
  /**
   * A thread that slept in `Atomics.wait` goes on, because it was notified or its time is out: it
   * enters the critical section and leaves it. This comes before its next access, at the earliest
   * right after the {@link notify}, and several threads enter in the order in which it is told.
   */
  wake(thread: number, address: number): void;

  /** `thread` gets the mutex `object`, any integer. */
  acquire(thread: number, object: number): void;
  /** `thread` gives the mutex `object` back. */
  release(thread: number, object: number): void;
  /** What `parent` did happens before what `child` does from now on: `child` starts. */
  fork(parent: number, child: number): void;
  /** What `child` did happens before what `parent` does from now on: `child` has ended. */
  join(parent: number, child: number): void;

  /** The first race of this execution. */
  readonly race: Race | undefined;
}

/** The size of what a {@link RaceDetector} watches. */
export interface RaceDetectorOptions {
  /** Number of threads, at most 16. */
  readonly threads: number;
  /** Size of the shared memory. */
  readonly bytes: number;
}

/** A detector at the start of an execution. */
export function createRaceDetector(options: RaceDetectorOptions): RaceDetector {
  const { threads, bytes } = options;
  if (!Number.isInteger(threads) || threads < 1 || threads > THREAD_LIMIT) {
    throw new RangeError(`threads is ${threads}, but must be an integer from 1 to ${THREAD_LIMIT}`);
  }
  if (!Number.isInteger(bytes) || bytes < 0) {
    throw new RangeError(`bytes is ${bytes}, but must be an integer that is not negative`);
  }
  const shadow = createShadow(threads, bytes);
  const { clocks, cells, finding } = shadow;
  const waiterLists = createKeyedClocks(clocks);
  const mutexes = createKeyedClocks(clocks);
  let race: Race | undefined;
  /** Address of the waiter list whose critical section is open, or -1. */
  let entered = -1;

  function begin(step: number): void {
    if (step < shadow.time - 1 || step >= TIME_LIMIT - 1) {
      throw new RangeError(
        `step ${step} follows step ${shadow.time - 1}; the limit is ${TIME_LIMIT - 2}`,
      );
    }
    shadow.time = step + 1;
  }

  function answer(): number {
    if (finding.time === 0) return -1;
    const earlier = finding.time - 1;
    race ??= raceOf(finding, shadow.time - 1);
    finding.time = 0;
    return earlier;
  }

  function plain(
    judge: typeof readBytes,
    thread: number,
    address: number,
    size: number,
    step: number,
  ): number {
    begin(step);
    const word = address >>> 3;
    const mask = ((1 << size) - 1) << (address & 7);
    judge(shadow, thread, word, mask & 0xff);
    if (mask > 0xff) judge(shadow, thread, word + 1, mask >>> 8);
    return answer();
  }

  function atomic(
    thread: number,
    address: number,
    size: number,
    step: number,
    reads: boolean,
    writes: boolean,
  ): number {
    begin(step);
    const mask = ((1 << size) - 1) << (address & 7);
    if (mask > 0xff) throw new RangeError(`an atomic access of ${size} bytes at ${address}`);
    atomicBytes(shadow, thread, address >>> 3, mask, reads, writes);
    return answer();
  }

  function leave(thread: number, address: number): void {
    releaseClock(clocks, thread, keyedClock(waiterLists, address), shadow.time);
  }

  function enterAndLeave(thread: number, address: number): void {
    acquireClock(clocks, thread, keyedClock(waiterLists, address));
    leave(thread, address);
  }

  /** What `from` did happens before what `to` does from now on. */
  function order(from: number, to: number): void {
    if (from === to) return;
    const mine = to * threads;
    acquireClock(clocks, to, from * threads);
    clocks.entries[mine + from] = shadow.time;
  }

  return {
    reset() {
      resetClocks(clocks);
      resetCells(cells);
      resetKeyedClocks(waiterLists);
      resetKeyedClocks(mutexes);
      shadow.time = 0;
      finding.time = 0;
      entered = -1;
      race = undefined;
    },
    plainRead: (thread, address, size, step) => plain(readBytes, thread, address, size, step),
    plainWrite: (thread, address, size, step) => plain(writeBytes, thread, address, size, step),
    atomicLoad(thread, address, size, step) {
      const earlier = atomic(thread, address, size, step, true, false);
      if (entered >= 0) {
        leave(thread, entered);
        entered = -1;
      }
      return earlier;
    },
    atomicStore: (thread, address, size, step) => atomic(thread, address, size, step, false, true),
    atomicUpdate: (thread, address, size, step) => atomic(thread, address, size, step, true, true),
    waitEnter(thread, address) {
      acquireClock(clocks, thread, keyedClock(waiterLists, address));
      entered = address;
    },
    notify: enterAndLeave,
    wake: enterAndLeave,
    acquire(thread, object) {
      acquireClock(clocks, thread, keyedClock(mutexes, object));
    },
    release(thread, object) {
      releaseClock(clocks, thread, keyedClock(mutexes, object), shadow.time);
    },
    fork: (parent, child) => order(parent, child),
    join: (parent, child) => order(child, parent),
    get race() {
      return race;
    },
  };
}
