/**
 * The scheduler's half that lives in every worker: it stands before each shared access of the student's code
 * (the scheduling point), decides from the plan who takes the next step, hands the turn over, performs the
 * access and logs it. One machine serves one worker for its whole life.
 *
 * Exactly one participant has the turn. Nothing here blocks for real except {@link waitTurn}, and the student's
 * `Atomics.wait` is a state of the thread, not of the operating system's.
 */
import { announcement, createRaces } from "./announced.ts";
import { createRounds } from "./_rounds.ts";
import type { SharedBlocks } from "./layout.ts";
import {
  ASLEEP_SINCE,
  CONTROLLER,
  End,
  Field,
  GOES_ON,
  HOPELESS,
  Hopeless,
  HOLDER,
  LOG_LIMIT,
  MAIN,
  MAX_THREADS,
  OWNED,
  PARKED_READS,
  PARKED_STRIDE,
  PENDING,
  PENDING_ADDRESS,
  PLAN,
  QUEUE,
  RECORD_WORDS,
  STATUS,
  STRATEGY_STATE,
  STRATEGY_WORDS,
  Status,
  TIMED_OUT,
  TIMEOUT_ACTION,
  TURN,
  TURN_STRIDE,
  UNPARK_ACTION,
  WAIT_ADDRESS,
  WAIT_TIMED,
  Word,
} from "./layout.ts";
import { BIG_INT_64, BIG_UINT_64, INT_32, Op, elementTypes } from "./operations.ts";
import { countOf, lowest } from "../../schedule/masks.ts";
import { type Choose, strategies } from "../../schedule/strategies/index.ts";

/** Thrown through the student's code to unwind a thread whose execution is over. It is never shown. */
export const abandoned: unique symbol = Symbol("execution abandoned");

/** Identical rounds of probes in a row after which a spin is taken to have no end. */
export const PROBE_LIMIT = 128;

const bits = new BigInt64Array(1);
const bitsAsFloat = new Float64Array(bits.buffer);
const bitsAsWords = new Int32Array(bits.buffer);

/** Puts the 64 bits of a value into {@link bitsAsWords}, for a moment: a number could not tell all of them apart. */
function takeApart(value: number | bigint): void {
  if (typeof value === "bigint") bits[0] = value;
  else bitsAsFloat[0] = value;
}

/** Equal rounds in a row, each of which changes memory and takes the change back, after which only fairness may help. */
const FAIR_LIMIT = 104;
/** Steps of one thread in a row after which others that could go get their share: a loop that is not understood as a spin. */
const ALONE_LIMIT = 1_000;
/** State of the generator of fair schedules when they begin; any but 0. */
const FAIR_SEED = 0x9e3779b9 | 0;

/** Steps of the main thread (set-up and final phase) after which it is taken to have no end. */
const DIRECT_LIMIT = 100_000;

/** The machine of one worker. Addresses are byte offsets into the arena; `type` indexes {@link elementTypes}. */
export interface Machine {
  /** Plain element access. */
  read(type: number, address: number): number | bigint;
  write(type: number, address: number, value: number | bigint): void;
  /** `Atomics.load`, `store` and the read-modify-write family; the value is already converted to the element type. */
  load(type: number, address: number): number | bigint;
  store(type: number, address: number, value: number | bigint): void;
  update(op: number, type: number, address: number, value: number | bigint): number | bigint;
  compareExchange(
    type: number,
    address: number,
    expected: number | bigint,
    replacement: number | bigint,
  ): number | bigint;
  /** `Atomics.wait`; `timeout` in ms, `Infinity` = for ever. */
  wait(
    type: number,
    address: number,
    expected: number | bigint,
    timeout: number,
  ): "ok" | "not-equal" | "timed-out";
  /** `Atomics.notify`: wakes up to `count` sleepers, oldest first, and says how many. */
  notify(address: number, count: number): number;
  /**
   * A lock that the engine gives, one step each: `lock` says whether it got it before `timeout` ms had passed (`Infinity`
   * = for ever, 0 = it looks once), `unlock` whether it was locked. Nobody but its holder can give back a lock that is
   * `owned`, so a circle of threads that wait for such locks is a deadlock at once, whatever the others do.
   */
  lock(address: number, timeout?: number, owned?: boolean): boolean;
  unlock(address: number): boolean;
  /** Whether this thread, or the main thread in its phases, is the one that took the lock. */
  holds(address: number): boolean;
  /** A step that touches nothing; others may come before it. */
  pause(): void;
  /** Reserves zeroed bytes in the arena, or says -1 when it is full. */
  allocate(bytes: number): number;

  /** Takes a turn outside an execution: blocks until this worker gets the turn. */
  waitTurn(participant: number): void;
  /** Gives the turn away. */
  passTurn(participant: number): void;
  /** Starts this worker's thread in an execution; it has the turn. */
  start(thread: number): void;
  /** Ends the thread and passes the turn on; true when it was the last one, which then keeps the turn. */
  finish(): boolean;
  /** Enters or leaves the main thread's phase, whose operations have no scheduling points. */
  direct(phase: "set-up" | "final"): void;
  /** Ends the execution with a reason, from the thread that has the turn. */
  end(reason: number): void;
  /** Steps so far: the clock of histories. */
  readonly now: () => number;
  /** The last step, of any thread, before the moment that this thread is at. */
  readonly activeAt: () => number;
  /** Called at the first step of the running operation and at every logged step of this worker. */
  onStep: ((step: number) => void) | undefined;
  /** Called at every scheduling point of this worker while the source of each step is wanted. */
  onPoint: (() => void) | undefined;
  /** Called at every logged step of this worker, likewise. */
  onTrace: ((step: number) => void) | undefined;
  /** Virtual time of this thread in ms: it moves when a timed sleep ends by its timeout. */
  readonly clock: () => number;
  /** True while this execution is being unwound. */
  readonly aborting: () => boolean;
}

/** Makes the machine of one worker; `spin` = turn-cell loads before it sleeps (0 when pinned to one CPU). */
export function createMachine(blocks: SharedBlocks, spin: number): Machine {
  const control = new Int32Array(blocks.control);
  const log = new Int32Array(blocks.log);
  const logFloat = new Float64Array(blocks.log);
  const logBig = new BigInt64Array(blocks.log);
  const heaps = elementTypes.map(({ name }) => heapOf(name, blocks.arena));
  const bytesOf: readonly number[] = elementTypes.map(({ bytes }) => bytes);
  const words = heaps[INT_32] as Int32Array;
  const arenaView = new DataView(blocks.arena);
  const arenaBytes = blocks.arena.byteLength;
  const strategyState = control.subarray(STRATEGY_STATE, STRATEGY_STATE + STRATEGY_WORDS);

  let me = 0;
  let isDirect = true;
  let isLogged = false;
  /** The step was chosen before the thread knew what it would do: its next access is that step. */
  let fresh = false;
  let clock = 0;
  /** The last step that had been taken, by anybody, when this thread last ran. */
  let activeAt = -1;
  /** Mark of this thread's next record: the period of its spin, with {@link GOES_ON} when it was told to go on. */
  let mark = 0;
  const rounds = createRounds();
  /** Steps that this thread has taken in a row. */
  let alone = 0;
  /** The controller wants this thread to go on with its spin instead of waiting. */
  let goesOn = false;
  let choose: Choose | undefined;
  const moment = { step: 0, open: 0, last: -1, races: createRaces(blocks) };

  const cellIndex = (type: number, address: number): number => address / (bytesOf[type] as number);

  function current(type: number, address: number): number | bigint {
    const index = cellIndex(type, address);
    const value = (heaps[type] as Heap)[index];
    return value === undefined ? unaligned(arenaView, type, address) : value;
  }

  function put(type: number, address: number, value: number | bigint): void {
    const index = cellIndex(type, address);
    if (Number.isInteger(index))
      (heaps[type] as { [index: number]: number | bigint })[index] = value;
    else putUnaligned(arenaView, type, address, value);
  }

  function passTurn(participant: number): void {
    const cell = TURN + participant * TURN_STRIDE;
    Atomics.store(control, cell, 1);
    Atomics.notify(control, cell, 1);
  }

  function waitTurn(participant: number): void {
    const cell = TURN + participant * TURN_STRIDE;
    for (let i = 0; i < spin; i++) {
      if (Atomics.load(control, cell) !== 0) break;
    }
    while (Atomics.load(control, cell) === 0) Atomics.wait(control, cell, 0);
    Atomics.store(control, cell, 0);
  }

  function end(reason: number): void {
    if (control[Word.end] === End.running) {
      control[Word.end] = reason;
      control[Word.endThread] = me === MAIN ? -1 : me;
    }
  }

  /** Ends the execution now and unwinds the student's code. */
  function abandon(reason: number): never {
    end(reason);
    throw abandoned;
  }

  /** The threads that could take the next step; also writes the choices of that step to the log. */
  function runnable(): number {
    const threads = control[Word.threads] as number;
    let ready = 0;
    let timed = 0;
    let parked = 0;
    let fairOnly = 0;
    for (let thread = 0; thread < threads; thread++) {
      const status = control[STATUS + thread];
      if (status === Status.ready || status === Status.fresh) ready |= 1 << thread;
      else if (status === Status.asleep)
        timed |= (control[WAIT_TIMED + thread] as number) << thread;
      else if (status === Status.locking) {
        if (words[(control[WAIT_ADDRESS + thread] as number) >> 2] === 0) ready |= 1 << thread;
        else timed |= (control[WAIT_TIMED + thread] as number) << thread;
      } else if (status === Status.parked) {
        if (!mayGoOn(thread)) continue;
        if (readSetChanged(thread)) ready |= 1 << thread;
        else if (control[HOPELESS + thread] === Hopeless.no) parked |= 1 << thread;
        else if (control[HOPELESS + thread] === Hopeless.fairOnly) {
          if (control[Word.fair] !== 0) ready |= 1 << thread;
          else fairOnly |= 1 << thread;
        }
      }
    }
    if (fairOnly !== 0 && (ready | timed | parked) === 0) {
      control[Word.fair] = FAIR_SEED;
      control[Word.fairFrom] = (control[Word.step] as number) + 1;
      ready = fairOnly;
    }
    log[(control[Word.step] as number) * RECORD_WORDS + Field.choices] =
      ready | (timed << 8) | (parked << 16);
    return ready;
  }

  /** Whether a parked thread's next step, if that takes a lock, is possible. */
  function mayGoOn(thread: number): boolean {
    return (
      ((control[PENDING + thread] as number) & 0xff) !== Op.lock ||
      words[(control[WAIT_ADDRESS + thread] as number) >> 2] === 0
    );
  }

  function readSetChanged(thread: number): boolean {
    const base = PARKED_READS + thread * PARKED_STRIDE;
    const length = control[base] as number;
    for (let i = 0; i < length; i++) {
      const entry = base + 2 + i * 4;
      const now = current(control[entry + 1] as number, control[entry] as number);
      takeApart(now);
      if (bitsAsWords[0] !== control[entry + 2] || bitsAsWords[1] !== control[entry + 3])
        return true;
    }
    return false;
  }

  function planned(step: number, ready: number, choices: number): number {
    const next = control[Word.planNext] as number;
    if (next >= (control[Word.planLength] as number) || control[PLAN + next * 2] !== step)
      return -1;
    control[Word.planNext] = next + 1;
    const action = control[PLAN + next * 2 + 1] as number;
    const thread = action & 0xff;
    const possible =
      (action & TIMEOUT_ACTION) !== 0
        ? (choices >> 8) & 0xff
        : (action & UNPARK_ACTION) !== 0
          ? (choices >> 16) & 0xff
          : ready;
    if (((possible >> thread) & 1) === 1) return action;
    if (control[Word.diverged] === -1) control[Word.diverged] = step;
    return -1;
  }

  /** Who takes the next step, as an action; -1 = nobody can. `last` took the previous one. */
  function nextAction(last: number): number {
    const step = control[Word.step] as number;
    if (step >= (control[Word.stepLimit] as number)) {
      end(End.limit);
      return -1;
    }
    const ready = runnable();
    const choices = log[step * RECORD_WORDS + Field.choices] as number;
    const action = planned(step, ready, choices);
    if (action !== -1) {
      if (ready === 0 && (action & TIMEOUT_ACTION) !== 0) rescue();
      return action;
    }
    if (control[Word.fair] !== 0 && ready !== 0) return fairly(step, ready);
    const timed = (choices >> 8) & 0xff;
    if (control[Word.strategy] !== 0 && (ready | timed) !== 0) {
      if (ready === 0) rescue();
      return sampled(step, choices & 0xffff, last);
    }
    if (((ready >> last) & 1) === 1) {
      if (alone < ALONE_LIMIT || ready === 1 << last) return last;
      control[Word.fair] = FAIR_SEED;
      control[Word.fairFrom] = step + 1;
      return fairly(step, ready);
    }
    if (ready !== 0) return lowest(ready);
    if (timed !== 0) {
      rescue();
      return lowest(timed) | TIMEOUT_ACTION;
    }
    const parked = (choices >> 16) & 0xff;
    if (parked !== 0) return lowest(parked) | UNPARK_ACTION;
    end(anyParked() ? End.livelock : End.deadlock);
    return -1;
  }

  function sampled(step: number, open: number, last: number): number {
    choose ??= strategies[control[Word.strategy] as number]?.choose as Choose;
    moment.step = step;
    moment.open = open;
    moment.last = last;
    return choose(strategyState, moment);
  }

  /** One of the threads at random. Nothing else is tried here: what others would see, they could see in earlier rounds. */
  function fairly(step: number, ready: number): number {
    let x = control[Word.fair] as number;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    control[Word.fair] = x;
    let rest = ready;
    for (let n = (x >>> 8) % countOf(ready); n > 0; n--) rest &= rest - 1;
    const thread = lowest(rest);
    log[step * RECORD_WORDS + Field.choices] = 1 << thread;
    return thread;
  }

  function rescue(): void {
    control[Word.rescues] = (control[Word.rescues] as number) + 1;
  }

  function anyParked(): boolean {
    for (let thread = 0; thread < (control[Word.threads] as number); thread++) {
      if (control[STATUS + thread] === Status.parked) return true;
    }
    return false;
  }

  function leaveQueue(thread: number): void {
    const length = control[Word.sleepers] as number;
    let to = 0;
    for (let from = 0; from < length; from++) {
      const sleeper = control[QUEUE + from] as number;
      if (sleeper !== thread) control[QUEUE + to++] = sleeper;
    }
    control[Word.sleepers] = to;
  }

  /** Does what an action says to the other thread's state before the turn goes there. */
  function prepare(action: number): void {
    const thread = action & 0xff;
    if ((action & TIMEOUT_ACTION) !== 0) {
      leaveQueue(thread);
      control[STATUS + thread] = Status.ready;
      control[TIMED_OUT + thread] = 1;
      const address = control[WAIT_ADDRESS + thread] as number;
      record(thread, Op.timeout, INT_32, address, 0, 0, 0);
    } else if (control[STATUS + thread] === Status.parked) {
      control[STATUS + thread] = Status.ready;
      control[HOPELESS + thread] = (action & UNPARK_ACTION) !== 0 ? -1 : 0;
    }
  }

  /** A choice: returns when this thread has the turn for its next step. */
  function advance(): void {
    alone++;
    const action = nextAction(me);
    if (action === -1) {
      passTurn(CONTROLLER);
      takeTurn();
      return;
    }
    prepare(action);
    const thread = action & 0xff;
    if (thread === me) return;
    passTurn(thread);
    takeTurn();
  }

  function takeTurn(): void {
    waitTurn(me);
    if (control[Word.aborting] !== 0) throw abandoned;
    alone = 0;
    activeAt = (control[Word.step] as number) - 1;
    if (control[STATUS + me] === Status.fresh) {
      control[STATUS + me] = Status.ready;
      fresh = true;
    }
  }

  /** The scheduling point before an access; `timed` = a lock that is not waited for for ever. */
  function point(op: number, address: number, type = INT_32, timed = 0): void {
    // Code that catches everything gets here again and again: that is no progress.
    if (control[Word.aborting] !== 0 || control[Word.end] !== End.running) throw abandoned;
    control[Word.heartbeat] = ((control[Word.heartbeat] as number) + 1) | 0;
    if (isDirect) {
      const steps = (control[Word.directSteps] as number) + 1;
      control[Word.directSteps] = steps;
      if (steps > DIRECT_LIMIT || (isLogged && (control[Word.step] as number) >= LOG_LIMIT - 1)) {
        abandon(End.limit);
      }
      return;
    }
    machine.onPoint?.();
    control[PENDING + me] = announcement(op, type);
    control[PENDING_ADDRESS + me] = address;
    if (op === Op.lock) {
      control[WAIT_ADDRESS + me] = address;
      control[WAIT_TIMED + me] = timed;
      control[TIMED_OUT + me] = 0;
      control[STATUS + me] = Status.locking;
      if (!fresh && rounds.spins(op, address)) park();
      else goesOn = false;
      if (fresh && words[address >> 2] !== 0) {
        fresh = false;
        record(me, Op.arrive, INT_32, address, 0, 0, 0);
      }
      if (closesCircle()) {
        end(End.deadlock);
        passTurn(CONTROLLER);
        takeTurn();
      }
    } else if (!fresh && rounds.spins(op, address)) park();
    else goesOn = false;
    if (fresh) fresh = false;
    else advance();
    control[STATUS + me] = Status.ready;
    if (control[HOPELESS + me] === -1) {
      control[HOPELESS + me] = 0;
      goesOn = true;
    }
    if (goesOn) mark = GOES_ON | rounds.period();
  }

  /** Takes a thread that does the same again and again for one that waits for what it reads to change. */
  function park(): void {
    const count = rounds.count();
    const changes = rounds.changes();
    // In the middle of such a round, a thread may hold what others need.
    if (changes && (control[Word.fair] !== 0 || !rounds.isAtStart())) return;
    const unbounded = count >= (changes ? FAIR_LIMIT : PROBE_LIMIT);
    if (goesOn && !unbounded) return;
    const base = PARKED_READS + me * PARKED_STRIDE;
    control[base] = rounds.readSet(control, base + 2);
    if (readSetChanged(me)) return;
    if (count > (control[Word.probes] as number)) control[Word.probes] = count;
    control[HOPELESS + me] = unbounded ? (changes ? Hopeless.fairOnly : Hopeless.yes) : Hopeless.no;
    if (unbounded && !changes) control[Word.spun] = (control[Word.spun] as number) | (1 << me);
    control[STATUS + me] = Status.parked;
    mark = rounds.period();
    goesOn = false;
  }

  function record(
    thread: number,
    op: number,
    type: number,
    address: number,
    seen: number | bigint,
    written: number | bigint,
    extra: number,
  ): void {
    if (!isLogged) return;
    if (thread === me) rounds.add(op, type, address, seen, op === Op.wait ? seen : written, extra);
    const step = control[Word.step] as number;
    const base = step * RECORD_WORDS;
    log[base + Field.head] = op | (thread << 8) | (type << 16) | (thread === me ? mark << 24 : 0);
    log[base + Field.address] = address;
    log[base + Field.extra] = extra;
    if (type === BIG_INT_64 || type === BIG_UINT_64) {
      logBig[(base >> 1) + 2] = BigInt(seen);
      logBig[(base >> 1) + 3] = BigInt(written);
    } else {
      logFloat[(base >> 1) + 2] = seen as number;
      logFloat[(base >> 1) + 3] = written as number;
    }
    control[Word.step] = step + 1;
    if (thread !== me) return;
    mark = 0;
    activeAt = step;
    machine.onStep?.(step);
    machine.onTrace?.(step);
  }

  function fallAsleep(address: number, timeout: number): "ok" | "timed-out" {
    if (isDirect) {
      if (timeout !== Infinity) return "timed-out";
      return abandon(End.deadlock);
    }
    const length = control[Word.sleepers] as number;
    control[QUEUE + length] = me;
    control[Word.sleepers] = length + 1;
    control[STATUS + me] = Status.asleep;
    control[WAIT_ADDRESS + me] = address;
    control[WAIT_TIMED + me] = timeout === Infinity ? 0 : 1;
    control[TIMED_OUT + me] = 0;
    control[ASLEEP_SINCE + me] = (control[Word.step] as number) - 1;
    advance();
    if (control[TIMED_OUT + me] === 0) return "ok";
    clock += timeout;
    return "timed-out";
  }

  /** Whether this thread waits for an owned lock whose holder waits for one, and so on, back to this thread. */
  function closesCircle(): boolean {
    let thread = me;
    for (let length = 0; length < MAX_THREADS; length++) {
      if (control[STATUS + thread] !== Status.locking || control[WAIT_TIMED + thread] !== 0)
        return false;
      const holder = words[(control[WAIT_ADDRESS + thread] as number) >> 2] as number;
      if ((holder & OWNED) === 0) return false;
      thread = (holder & HOLDER) - 1;
      if (thread === me) return true;
      if (thread < 0 || thread >= MAX_THREADS) return false;
    }
    return false;
  }

  function take(address: number, op: number, owned: boolean): void {
    words[address >> 2] = holderCode() | (owned ? OWNED : 0);
    record(me, op, INT_32, address, 0, words[address >> 2] as number, 1);
  }

  const holderCode = (): number => (isDirect ? HOLDER : me + 1);

  function tryLock(address: number, owned: boolean): boolean {
    point(Op.tryLock, address);
    const holder = words[address >> 2] as number;
    if (holder === 0) {
      take(address, Op.tryLock, owned);
      return true;
    }
    record(me, Op.tryLock, INT_32, address, holder, holder, 0);
    return false;
  }

  const machine: Machine = {
    read(type, address) {
      point(Op.read, address, type);
      const value = current(type, address);
      record(me, Op.read, type, address, value, value, 0);
      return value;
    },
    write(type, address, value) {
      point(Op.write, address, type);
      const old = current(type, address);
      put(type, address, value);
      record(me, Op.write, type, address, old, current(type, address), 0);
    },
    load(type, address) {
      point(Op.load, address, type);
      const value = current(type, address);
      record(me, Op.load, type, address, value, value, 0);
      return value;
    },
    store(type, address, value) {
      point(Op.store, address, type);
      const old = current(type, address);
      put(type, address, value);
      record(me, Op.store, type, address, old, current(type, address), 0);
    },
    update(op, type, address, value) {
      point(op, address, type);
      const old = current(type, address);
      put(type, address, combine(op, old, value));
      const written = current(type, address);
      record(me, op, type, address, old, written, 0);
      return old;
    },
    compareExchange(type, address, expected, replacement) {
      point(Op.compareExchange, address, type);
      const old = current(type, address);
      const success = old === expected;
      if (success) put(type, address, replacement);
      const written = success ? current(type, address) : old;
      record(me, Op.compareExchange, type, address, old, written, success ? 1 : 0);
      return old;
    },
    wait(type, address, expected, timeout) {
      point(Op.wait, address, type);
      const value = current(type, address);
      const sleeps = value === expected && timeout > 0;
      record(me, Op.wait, type, address, value, expected, sleeps ? 1 : 0);
      if (sleeps) {
        rounds.forget();
        return fallAsleep(address, timeout);
      }
      return value === expected ? "timed-out" : "not-equal";
    },
    notify(address, count) {
      point(Op.notify, address);
      let woken = 0;
      let mask = 0;
      for (let i = 0; i < (control[Word.sleepers] as number) && woken < count;) {
        const sleeper = control[QUEUE + i] as number;
        if (control[WAIT_ADDRESS + sleeper] === address) {
          leaveQueue(sleeper);
          control[STATUS + sleeper] = Status.fresh;
          mask |= 1 << sleeper;
          woken++;
        } else i++;
      }
      record(me, Op.notify, INT_32, address, woken, mask, woken);
      if (woken > 0) rounds.forget();
      return woken;
    },
    lock(address, timeout = Infinity, owned = false) {
      if (timeout <= 0) return tryLock(address, owned);
      point(Op.lock, address, INT_32, timeout === Infinity ? 0 : 1);
      if (!isDirect && control[TIMED_OUT + me] === 1) {
        clock += timeout;
        return false;
      }
      if (isDirect && words[address >> 2] !== 0) {
        if (timeout !== Infinity) return false;
        abandon(End.deadlock);
      }
      take(address, Op.lock, owned);
      return true;
    },
    unlock(address) {
      point(Op.unlock, address);
      const holder = words[address >> 2] as number;
      words[address >> 2] = 0;
      record(me, Op.unlock, INT_32, address, holder, 0, 0);
      return holder !== 0;
    },
    holds: (address) => ((words[address >> 2] as number) & HOLDER) === holderCode(),
    pause() {
      if (isDirect) return;
      point(Op.arrive, 0);
      record(me, Op.arrive, INT_32, 0, 0, 0, 0);
    },
    allocate(bytes) {
      const start = control[Word.arenaTop] as number;
      const top = start + ((bytes + 7) & ~7);
      if (top > arenaBytes) return -1;
      control[Word.arenaTop] = top;
      return start;
    },
    waitTurn,
    passTurn,
    start(thread) {
      me = thread;
      isDirect = false;
      isLogged = true;
      clock = 0;
      activeAt = (control[Word.step] as number) - 1;
      mark = 0;
      choose = undefined;
      rounds.forget();
      alone = 0;
      goesOn = false;
      fresh = control[STATUS + me] === Status.fresh;
      control[STATUS + me] = Status.ready;
    },
    finish() {
      if (fresh) {
        fresh = false;
        record(me, Op.arrive, INT_32, 0, 0, 0, 0);
      }
      control[STATUS + me] = Status.finished;
      const threads = control[Word.threads] as number;
      let unfinished = 0;
      for (let thread = 0; thread < threads; thread++) {
        if (control[STATUS + thread] !== Status.finished) unfinished++;
      }
      if (unfinished === 0) return true;
      const action = nextAction(me);
      if (action === -1) passTurn(CONTROLLER);
      else {
        prepare(action);
        passTurn(action & 0xff);
      }
      return false;
    },
    direct(phase) {
      isDirect = true;
      me = MAIN;
      isLogged = phase === "final";
      activeAt = (control[Word.step] as number) - 1;
      if (isLogged) control[Word.finalFrom] = control[Word.step] as number;
    },
    end,
    now: () => control[Word.step] as number,
    activeAt: () => activeAt,
    onStep: undefined,
    onPoint: undefined,
    onTrace: undefined,
    clock: () => clock,
    aborting: () => control[Word.aborting] !== 0 || control[Word.end] !== End.running,
  };
  return machine;
}

type Heap = { readonly [index: number]: number | bigint | undefined };

function heapOf(name: (typeof elementTypes)[number]["name"], arena: SharedArrayBuffer): Heap {
  const constructor = (globalThis as unknown as Record<string, unknown>)[name] as
    | (new (buffer: SharedArrayBuffer) => Heap)
    | undefined;
  return constructor === undefined ? {} : new constructor(arena);
}

/** A `DataView` may stand anywhere; only its four raw unsigned types get here. */
function unaligned(view: DataView, type: number, address: number): number | bigint {
  const bytes = elementTypes[type]?.bytes;
  if (bytes === 2) return view.getUint16(address, true);
  if (bytes === 4) return view.getUint32(address, true);
  return view.getBigUint64(address, true);
}

function putUnaligned(view: DataView, type: number, address: number, value: number | bigint): void {
  if (typeof value === "bigint") view.setBigUint64(address, value, true);
  else if (elementTypes[type]?.bytes === 2) view.setUint16(address, value, true);
  else view.setUint32(address, value, true);
}

function combine(op: number, old: number | bigint, value: number | bigint): number | bigint {
  if (op === Op.exchange) return value;
  if (typeof old === "bigint") {
    const operand = value as bigint;
    if (op === Op.add) return BigInt.asIntN(64, old + operand);
    if (op === Op.sub) return BigInt.asIntN(64, old - operand);
    if (op === Op.and) return old & operand;
    if (op === Op.or) return old | operand;
    return old ^ operand;
  }
  const operand = value as number;
  if (op === Op.add) return old + operand;
  if (op === Op.sub) return old - operand;
  if (op === Op.and) return old & operand;
  if (op === Op.or) return old | operand;
  return old ^ operand;
}
