/**
 * The other half of the scheduler: runs one execution after another for the host, reads the log of each, and turns
 * it into what the search and the oracles need.
 */
import { createRaceDetector, type Race } from "../../race/index.ts";
import type { Departure, Executed, Sample } from "../../schedule/index.ts";
import { strategies } from "../../schedule/index.ts";
import {
  CONTROLLER,
  Command,
  Field,
  HOPELESS,
  INSIDE,
  LOG_LIMIT,
  PLAN,
  PLAN_LIMIT,
  RECORD_WORDS,
  STATUS,
  STRATEGY_STATE,
  STRATEGY_WORDS,
  Status,
  type SharedBlocks,
  TIMEOUT_ACTION,
  TURN,
  TURN_STRIDE,
  UNPARK_ACTION,
  Word,
} from "./layout.ts";
import { createFirstSteps } from "./announced.ts";
import { createHistories } from "./_histories.ts";
import { createOperationOrder } from "./_operation-order.ts";
import { createSpins } from "./_spins.ts";
import { Op, elementTypes } from "./operations.ts";
import { LANES, createShadow, isBigType } from "./shadow.ts";

/** How to run an execution. */
export interface RunOptions {
  readonly plan: readonly Departure[];
  /** A sampling strategy decides where the plan is silent. */
  readonly sampling?: Sample;
  readonly tracing?: boolean;
  readonly stepLimit?: number;
  /** The first step whose key of the state is wanted; 0 unless given. */
  readonly keysFrom?: number;
}

/** The raw facts of an execution, beside its {@link Executed}. */
export interface RunFacts {
  /** An `End`. */
  readonly end: number;
  /** Thread that caused it, or -1. */
  readonly endThread: number;
  /** First step at which the plan could not be followed, or -1. */
  readonly diverged: number;
  readonly race: Race | undefined;
  /** Byte address of a write that is not in the log, or -1. */
  readonly unlogged: number;
  /** Identical probes in a row, at most, between two waits. */
  readonly probes: number;
  /** Sleeps that timed out because nobody else could go. */
  readonly rescues: number;
  /** Code could tell its thread from others of its class. */
  readonly identified: boolean;
  /** The end was reached under a fair schedule, beside which nothing was tried. */
  readonly isFair: boolean;
  /** Steps before that schedule. */
  readonly chosen: number;
}

/** Runs executions of the scenario that the workers have entered. */
export interface Controller {
  /** Puts the shared words in order for a set-up phase. `ordered`: the order of operations is part of the state. */
  beginSetup(threads: number, ordered: boolean): void;
  /** Takes memory as the set-up left it for the beginning of every execution. */
  endSetup(): void;
  /** Says which threads cannot tell themselves apart, by the number of their class; all can unless given. */
  symmetry(classes: readonly number[] | undefined): void;
  /**
   * Runs an execution; undefined when no turn came back for {@link PATIENCE} ms, and the caller has to wait with
   * {@link resume}. After an end other than "done", threads stay where they are until {@link unwind}.
   */
  run(options: RunOptions): RunFacts | undefined;
  /** Waits for the turn without blocking the event loop; `goOn` is asked every {@link PATIENCE} ms. */
  resume(goOn: () => boolean): Promise<RunFacts | undefined>;
  /** Lets every thread that is still inside its body out of it; false when one does not come; `goOn` as in {@link resume}. */
  unwind(goOn: () => boolean): Promise<boolean>;
  /** The execution that {@link run} ended last; valid until the next. */
  readonly executed: Executed;
  /** Lets the workers out of the scenario. */
  dismiss(): void;
  /** True when arena and shadow agree in every captured byte. */
  memoryAgrees(): boolean;
}

/** Milliseconds that the controller blocks for a turn before it looks around. No verdict depends on it. */
export const PATIENCE = 200;

/** Makes the controller; `spin` = turn-cell loads before it sleeps (0 when pinned to one CPU). */
export function createController(blocks: SharedBlocks, spin: number): Controller {
  const control = new Int32Array(blocks.control);
  const log = new Int32Array(blocks.log);
  const numbers = new Float64Array(blocks.log);
  const bigs = new BigInt64Array(blocks.log);
  const shadow = createShadow(blocks);
  const actions = new Int32Array(LOG_LIMIT + 1);
  const choices = new Int32Array(LOG_LIMIT + 1);
  const keys = new Int32Array((LOG_LIMIT + 1) * LANES);
  const histories = createHistories();
  const order = createOperationOrder(blocks);
  const spins = createSpins();
  const firstSteps = createFirstSteps(blocks);
  const executed = { length: 0, actions, choices, keys };
  const bytesOf: readonly number[] = elementTypes.map(({ bytes }) => bytes);
  let races = createRaceDetector({ threads: 1, bytes: blocks.arena.byteLength });
  let threads = 0;
  let arenaTop = 0;
  let keysFrom = 0;
  let isOrdered = true;
  const asleep = new Int32Array(16);

  function passTurn(participant: number): void {
    const cell = TURN + participant * TURN_STRIDE;
    Atomics.store(control, cell, 1);
    Atomics.notify(control, cell, 1);
  }

  const turn = TURN + CONTROLLER * TURN_STRIDE;

  function awaitTurn(): boolean {
    for (let i = 0; i < spin && Atomics.load(control, turn) === 0; i++);
    while (Atomics.load(control, turn) === 0) {
      if (Atomics.wait(control, turn, 0, PATIENCE) === "timed-out") return false;
    }
    Atomics.store(control, turn, 0);
    return true;
  }

  /** The same without blocking the event loop. */
  async function turnComes(goOn: () => boolean): Promise<boolean> {
    for (;;) {
      const wait = Atomics.waitAsync(control, turn, 0, PATIENCE);
      if (wait.async) await wait.value;
      if (Atomics.load(control, turn) !== 0) {
        Atomics.store(control, turn, 0);
        return true;
      }
      if (!goOn()) return false;
    }
  }

  function prepare({ plan, sampling, tracing = false, stepLimit = 5_000 }: RunOptions): number {
    shadow.reset();
    control.fill(0, Word.step, TURN);
    control[Word.threads] = threads;
    control[Word.planLength] = Math.min(plan.length, PLAN_LIMIT);
    control[Word.arenaTop] = arenaTop;
    control[Word.tracing] = tracing ? 1 : 0;
    control[Word.diverged] = -1;
    control[Word.finalFrom] = -1;
    control[Word.stepLimit] = Math.min(stepLimit, LOG_LIMIT - 1);
    control.fill(Status.fresh, STATUS, STATUS + threads);
    control.fill(0, HOPELESS, INSIDE + threads);
    for (let i = 0; i < plan.length && i < PLAN_LIMIT; i++) {
      const { step, action } = plan[i] as Departure;
      control[PLAN + i * 2] = step;
      control[PLAN + i * 2 + 1] = action;
    }
    const everybody = (1 << threads) - 1;
    log[Field.choices] = everybody;
    if (sampling !== undefined) {
      const strategy = strategies[sampling.strategy];
      const state = control.subarray(STRATEGY_STATE, STRATEGY_STATE + STRATEGY_WORDS);
      control[Word.strategy] = sampling.strategy;
      firstSteps.announce();
      strategy?.prepare(state, { ...sampling, threads });
      const moment = { step: 0, open: everybody, last: -1, races: () => false };
      if (plan[0]?.step !== 0) return strategy?.choose(state, moment) ?? 0;
    }
    if (plan[0]?.step === 0) {
      control[Word.planNext] = 1;
      return Math.min(plan[0].action & 0xff, threads - 1);
    }
    return 0;
  }

  /** Reads the log once: actions, choices, keys of the states, races, and the shadow of memory. */
  function analyse(): void {
    const logged = Math.min(control[Word.step] as number, LOG_LIMIT);
    const length =
      (control[Word.finalFrom] as number) === -1 ? logged : (control[Word.finalFrom] as number);
    executed.length = length;
    races.reset();
    histories.reset(threads);
    if (isOrdered) order.reset();
    spins.reset();
    asleep.fill(-1);
    let last = -1;
    for (let step = 0; step < length; step++) {
      const base = step * RECORD_WORDS;
      const head = log[base + Field.head] as number;
      const op = head & 0xff;
      const thread = (head >> 8) & 0xff;
      const type = (head >> 16) & 0xff;
      const mark = head >>> 24;
      const address = log[base + Field.address] as number;
      const extra = log[base + Field.extra] as number;
      const at = (base >> 1) + 2;
      const word = log[base + Field.choices] as number;
      choices[step] = word >>> 16 === 0 ? word : spins.offered(word, histories);
      if (step >= keysFrom) histories.key(keys, step * LANES, shadow.fingerprint, last);
      let action = thread;
      if (op === Op.timeout) action |= TIMEOUT_ACTION;
      else if (((word >> thread) & 1) === 0 && ((word >> (16 + thread)) & 1) === 1)
        action |= UNPARK_ACTION;
      actions[step] = action;
      if (asleep[thread] !== -1) {
        races.wake(thread, asleep[thread] as number);
        asleep[thread] = -1;
      }
      const size = bytesOf[type] as number;
      switch (op) {
        case Op.read:
          races.plainRead(thread, address, size, step);
          break;
        case Op.write:
          races.plainWrite(thread, address, size, step);
          break;
        case Op.load:
          races.atomicLoad(thread, address, size, step);
          break;
        case Op.store:
          races.atomicStore(thread, address, size, step);
          break;
        case Op.compareExchange:
          if (extra === 0) races.atomicLoad(thread, address, size, step);
          else races.atomicUpdate(thread, address, size, step);
          break;
        case Op.wait:
          races.waitEnter(thread, address);
          races.atomicLoad(thread, address, size, step);
          if (extra === 1) {
            asleep[thread] = address;
            histories.sleep(thread);
          }
          break;
        case Op.notify:
          races.notify(thread, address);
          histories.wake(numbers[at + 1] as number);
          break;
        case Op.timeout:
          histories.wake(1 << thread);
          break;
        case Op.lock:
          races.acquire(thread, address);
          break;
        case Op.tryLock:
          if (extra === 1) races.acquire(thread, address);
          break;
        case Op.unlock:
          races.release(thread, address);
          break;
        case Op.arrive:
          break;
        default:
          races.atomicUpdate(thread, address, size, step);
      }
      replay(step);
      spins.taken(step, thread, mark, histories);
      const seen = op | (type << 8) | (extra << 16);
      if (op === Op.write || op === Op.store) histories.observe(thread, mark, seen, address, 0, 0);
      else if (isLockOperation(op)) {
        // Who holds a lock is not for others to see.
        const isHeld = numbers[at] === 0 ? 0 : 1;
        histories.observe(thread, mark, seen, address, isHeld, 0);
      } else {
        const low = log[base + 4] as number;
        histories.observe(thread, mark, seen, address, low, log[base + 5] as number);
      }
      if (isOrdered) order.taken(step, thread, histories);
      last = thread;
    }
    spins.end(control[Word.spun] as number, choices);
    for (let step = length; step < logged; step++) replay(step);
    if (control[Word.strategy] !== 0) firstSteps.learn(length);
  }

  /** Does a step's write, if it is one, to the shadow. */
  function replay(step: number): void {
    const base = step * RECORD_WORDS;
    const head = log[base + Field.head] as number;
    if (!writes(head & 0xff, log[base + Field.extra] as number)) return;
    const type = (head >> 16) & 0xff;
    const at = (base >> 1) + 3;
    if (isLockOperation(head & 0xff)) {
      shadow.hold(log[base + Field.address] as number, numbers[at] as number);
      return;
    }
    const big = isBigType(type) ? (bigs[at] as bigint) : 0n;
    shadow.write(type, log[base + Field.address] as number, numbers[at] as number, big);
  }

  function facts(): RunFacts {
    analyse();
    return {
      end: control[Word.end] as number,
      endThread: control[Word.endThread] as number,
      diverged: control[Word.diverged] as number,
      race: races.race,
      unlogged: shadow.compareWritten(),
      probes: control[Word.probes] as number,
      rescues: control[Word.rescues] as number,
      isFair: control[Word.fair] !== 0,
      chosen: control[Word.fair] === 0 ? executed.length : (control[Word.fairFrom] as number) - 1,
      identified: control[Word.identified] !== 0,
    };
  }

  return {
    executed,
    beginSetup(count, ordered) {
      threads = count;
      isOrdered = ordered;
      new Int32Array(blocks.arena).fill(0, 0, (control[Word.arenaTop] as number) >> 2);
      shadow.capture(0);
      shadow.reset();
      control.fill(0, 0, TURN);
      spins.forget();
      histories.classes(undefined);
      firstSteps.forget();
      control[Word.arenaTop] = 8;
      races = createRaceDetector({ threads: count, bytes: blocks.arena.byteLength });
    },
    symmetry(classes) {
      histories.classes(classes);
    },
    endSetup() {
      arenaTop = control[Word.arenaTop] as number;
      shadow.capture(arenaTop);
    },
    run(options) {
      keysFrom = options.keysFrom ?? 0;
      passTurn(prepare(options));
      return awaitTurn() ? facts() : undefined;
    },
    async resume(goOn) {
      return (await turnComes(goOn)) ? facts() : undefined;
    },
    async unwind(goOn) {
      control[Word.aborting] = 1;
      for (let thread = 0; thread < threads; thread++) {
        if (control[INSIDE + thread] === 0) continue;
        passTurn(thread);
        if (!awaitTurn() && !(await turnComes(goOn))) return false;
      }
      return true;
    },
    dismiss() {
      control[Word.command] = Command.leave;
      for (let thread = 0; thread < threads; thread++) passTurn(thread);
    },
    memoryAgrees: () => shadow.compareAll() === -1,
  };
}

function isLockOperation(op: number): boolean {
  return op === Op.lock || op === Op.unlock || op === Op.tryLock;
}

/** Whether an operation changes memory; a failed compareExchange (`extra` 0) does not. */
function writes(op: number, extra: number): boolean {
  if (op === Op.compareExchange || op === Op.tryLock) return extra === 1;
  return (
    op === Op.write || (op >= Op.store && op <= Op.exchange) || op === Op.lock || op === Op.unlock
  );
}
