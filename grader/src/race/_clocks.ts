/**
 * Every vector clock of one detector, in one `Int32Array`; a clock is the offset of its entry 0.
 *
 * The time of an access is its step plus one: one count for all threads, where FastTrack has one
 * for each (Flanagan and Freund, PLDI 2009, §3). Steps only grow, so it serves as well, and a time
 * found in a clock names the step to report. Entry `u` of the clock of thread `t` is the time up to
 * which all that `u` did happens before what `t` does next; 0 means nothing. The entry of a thread
 * for itself is {@link OWN}: whatever it did before is ordered.
 *
 * The clock of thread `t` stands at `t * threads`; clocks of cells, waiter lists and mutexes
 * follow.
 */
export interface Clocks {
  readonly threads: number;
  entries: Int32Array;
  /** First free entry. */
  top: number;
}

const OWN = 0x7fff_ffff;

/** The clocks of `threads` threads that know nothing of each other. */
export function createClocks(threads: number): Clocks {
  const entries = new Int32Array(Math.max(1024, 2 * threads * threads));
  const clocks = { threads, entries, top: 0 };
  resetClocks(clocks);
  return clocks;
}

/** Forgets all clocks but those of the threads, which know nothing again. */
export function resetClocks(clocks: Clocks): void {
  const { threads, entries } = clocks;
  clocks.top = 0;
  allocate(clocks, threads);
  for (let thread = 0; thread < threads; thread += 1) entries[thread * threads + thread] = OWN;
}

/** The offset of `count` new clocks in a row, all of them zero. */
export function allocate(clocks: Clocks, count: number): number {
  const at = clocks.top;
  const top = at + count * clocks.threads;
  if (top > clocks.entries.length) {
    const entries = new Int32Array(2 * top);
    entries.set(clocks.entries);
    clocks.entries = entries;
  }
  const { entries } = clocks;
  for (let entry = at; entry < top; entry += 1) entries[entry] = 0;
  clocks.top = top;
  return at;
}

/** What is known at `clock` becomes known to `thread`: an edge ends here. */
export function acquireClock(clocks: Clocks, thread: number, clock: number): void {
  const { threads, entries } = clocks;
  const mine = thread * threads;
  for (let other = 0; other < threads; other += 1) {
    const theirs = entries[clock + other]!;
    if (theirs > entries[mine + other]!) entries[mine + other] = theirs;
  }
}

/** `clock` becomes what `thread` knows at `time`, and nothing else: an edge starts here. */
export function releaseClock(clocks: Clocks, thread: number, clock: number, time: number): void {
  const { threads, entries } = clocks;
  const mine = thread * threads;
  for (let other = 0; other < threads; other += 1) entries[clock + other] = entries[mine + other]!;
  entries[clock + thread] = time;
}
