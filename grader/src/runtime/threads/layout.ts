/**
 * Where everything stands in the memory that the controller and the workers of one host share.
 *
 * Three blocks: `control` (32-bit words named here), `log` (one fixed-size record a step) and `arena` (the
 * student's shared memory: every `SharedArrayBuffer` of the submission lives in it). Only the thread that
 * holds the turn touches any of them, so apart from the turn cells no access needs to be atomic.
 */

/** The largest number of threads in a scenario, the main thread not counted. */
export const MAX_THREADS = 8;

/** The participant number of the controller, behind those of the threads: the turn goes back to it when an execution has ended. */
export const CONTROLLER = 8;

/** The thread number of the main thread in the log of the final phase. */
export const MAIN = 0xff;

/** Word indexes in the control block. */
export const Word = {
  /** What a worker does when it gets the turn outside an execution: a {@link Command}. */
  command: 0,
  /** Number of steps logged so far in this execution. */
  step: 1,
  /** Number of threads in the scenario. */
  threads: 2,
  /** Number of plan entries, and the index of the next one to obey. */
  planLength: 3,
  planNext: 4,
  /** Why the execution ended: an {@link End}. */
  end: 5,
  /** Thread that caused the end, or -1. */
  endThread: 6,
  /** Non-zero while unfinished threads are being unwound. */
  aborting: 7,
  /** Length of the queue of threads asleep in `Atomics.wait`, oldest first. */
  sleepers: 8,
  /** First free byte of the arena. */
  arenaTop: 9,
  /** Number of operation records, and first free byte of the text area. */
  operations: 10,
  text: 11,
  /** Non-zero when every step records the source line that caused it. */
  tracing: 12,
  /** Number of threads whose spinning is treated as waiting. */
  parked: 13,
  /** First step at which the plan asked for a thread that could not run, or -1. */
  diverged: 14,
  /** The longest execution, in steps. */
  stepLimit: 15,
  /** Which strategy decides where the plan is silent: 0 = keep going; others see `schedule/`. */
  strategy: 16,
  /** Counts direct operations of the main thread (set-up and final phase), which have no schedule. */
  directSteps: 17,
  /** Progress counter that the watchdog reads: bumped at each step of each phase. */
  heartbeat: 18,
  /** Largest number of identical rounds of probes that a thread made between two waits. */
  probes: 19,
  /** First step of the final phase: the main thread's steps are logged too, but nobody chose them. */
  finalFrom: 20,
  /** Threads, as a bit mask, that were told to go on with a spin and spun without end. */
  spun: 21,
  /** Sleeps that timed out because nobody else could go. */
  rescues: 22,
  /**
   * Non-zero once nobody could go but threads that spin and change memory meanwhile: the rest of the execution is
   * scheduled fairly, at random, from this state of a generator.
   */
  fair: 23,
  /** Non-zero once code of the scenario or the submission could tell its thread from others that run the same. */
  identified: 24,
  /** The step from which on the execution is scheduled fairly, plus 1; 0 = it is not. */
  fairFrom: 25,
} as const;

/** First of the turn cells, one cache line (16 words) for each participant. */
export const TURN = 32;
/** Words between two turn cells. */
export const TURN_STRIDE = 16;

const afterTurns = TURN + (MAX_THREADS + 1) * TURN_STRIDE;
/** Per-thread words: a {@link Status}. */
export const STATUS = afterTurns;
/** Per-thread words: the byte address that the thread sleeps on or wants to lock. */
export const WAIT_ADDRESS = STATUS + MAX_THREADS;
/** Per-thread words: 1 when the sleep of the thread may time out. */
export const WAIT_TIMED = WAIT_ADDRESS + MAX_THREADS;
/** Per-thread words: operation code | element type << 8 of the step that the thread is about to do. */
export const PENDING = WAIT_TIMED + MAX_THREADS;
/** Per-thread words: the byte address of that step. */
export const PENDING_ADDRESS = PENDING + MAX_THREADS;
/** Per-thread words: step at which the thread fell asleep, for reports. */
export const ASLEEP_SINCE = PENDING_ADDRESS + MAX_THREADS;
/** Queue of sleeping threads. */
export const QUEUE = ASLEEP_SINCE + MAX_THREADS;
/** Per-thread words: how the sleep ended, 1 = timed out. */
export const TIMED_OUT = QUEUE + MAX_THREADS;
/** Per-thread words: {@link Hopeless} once the thread was seen to spin on without end. */
export const HOPELESS = TIMED_OUT + MAX_THREADS;
/** Per-thread words: 1 while the thread is inside its body. */
export const INSIDE = HOPELESS + MAX_THREADS;
/** Most steps in one round of a spin that is still understood. */
export const ROUND = 12;
/** Words of a parked thread's read set: its length, one spare, then {@link ROUND} × (address, type, value as 64 bits). */
export const PARKED_STRIDE = 2 + ROUND * 4;
/** Read sets of the parked threads, at an even index so that the values are aligned. */
export const PARKED_READS = (INSIDE + MAX_THREADS + 1) & ~1;
/** Scratch words for the strategy. */
export const STRATEGY_STATE = PARKED_READS + MAX_THREADS * PARKED_STRIDE;
/** Words of strategy state. */
export const STRATEGY_WORDS = 128;
/** Plan entries: pairs (step, action). */
export const PLAN = STRATEGY_STATE + STRATEGY_WORDS;
/** Most plan entries. */
export const PLAN_LIMIT = 4096;
/** Words in the control block. */
export const CONTROL_WORDS = PLAN + PLAN_LIMIT * 2;

/** What a worker does with a turn that it gets outside an execution. */
export const Command = { run: 0, leave: 1 } as const;

/** Why an execution ended. */
export const End = {
  running: 0,
  done: 1,
  deadlock: 2,
  livelock: 3,
  crash: 4,
  limit: 5,
  refused: 6,
} as const;

/** What a thread is doing. */
export const Status = {
  ready: 0,
  asleep: 1,
  locking: 2,
  parked: 3,
  finished: 4,
  fresh: 5,
} as const;

/** A lock's word: the number of its holder's thread + 1 (this mask, all of it: the main thread), or 0. */
export const HOLDER = 0xff;
/** Set in a lock's word: only its holder can give it back. */
export const OWNED = 0x100;

/** What is known of a parked thread: whether going on could help it; -1 while it is about to be told to. */
export const Hopeless = { no: 0, yes: 1, fairOnly: 2 } as const;

/** Set in a plan action, beside the thread number: the sleep of the thread times out now. */
export const TIMEOUT_ACTION = 0x100;
/** Set in a plan action: a parked thread goes on with its spin. */
export const UNPARK_ACTION = 0x200;

/** 32-bit words of a log record, and its fields; the two values are 64-bit floats at words 4 and 6. */
export const RECORD_WORDS = 8;
export const Field = {
  /** op | thread << 8 | element type << 16 | mark << 24: the period of a spin, with {@link GOES_ON} */
  head: 0,
  address: 1,
  /** Threads that could run when this step was chosen, | threads that could time out << 8 | parked << 16. */
  choices: 2,
  /** What an operation returned beside a value: notify's count, CAS's success, wait's outcome. */
  extra: 3,
} as const;

/** Set in a record's mark: the thread was told to go on with its spin, and this access is one more of it. */
export const GOES_ON = 0x80;

/** Most steps that the log can hold. */
export const LOG_LIMIT = 20_000;

/** 32-bit words of an operation record. */
export const OPERATION_WORDS = 10;
/** Most recorded operations in one execution. */
export const OPERATION_LIMIT = 1_024;
/** Bytes for operation outcomes that are not numbers. */
export const TEXT_BYTES = 1 << 16;

/** The memory of one host. */
export interface SharedBlocks {
  readonly control: SharedArrayBuffer;
  readonly log: SharedArrayBuffer;
  readonly operations: SharedArrayBuffer;
  readonly text: SharedArrayBuffer;
  readonly arena: SharedArrayBuffer;
}

/** Allocates the memory of one host; `arenaBytes` is a multiple of 8. */
export function allocateBlocks(arenaBytes: number): SharedBlocks {
  return {
    control: new SharedArrayBuffer(CONTROL_WORDS * 4),
    log: new SharedArrayBuffer(LOG_LIMIT * RECORD_WORDS * 4),
    operations: new SharedArrayBuffer(OPERATION_LIMIT * OPERATION_WORDS * 4),
    text: new SharedArrayBuffer(TEXT_BYTES),
    arena: new SharedArrayBuffer(arenaBytes),
  };
}
