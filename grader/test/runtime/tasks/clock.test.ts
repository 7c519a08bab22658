import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type VirtualClock, createClock } from "../../../src/runtime/tasks/clock.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** The globals of timers, ours or those of vitest's fake timers. */
type Timers = Pick<
  typeof globalThis,
  "setTimeout" | "setInterval" | "clearTimeout" | "clearInterval"
>;

function makeClock(onThrow: (error: unknown) => void = () => undefined): VirtualClock {
  return createClock({
    harden: (value) => value,
    onThrow,
    captureContext: () => (call) => call(),
  });
}

const timersOf = ({ globals }: VirtualClock): Timers => globals as unknown as Timers;

/** A program of timers: what each does when it fires. */
interface Step {
  readonly kind: "timeout" | "interval" | "clear";
  readonly ms: number;
  /** Of "clear": which timer, counted from the newest. */
  readonly which: number;
  readonly then: readonly Step[];
}

const { step } = fc.letrec<{ step: Step }>((tie) => ({
  step: fc.record({
    kind: fc.constantFrom("timeout", "timeout", "interval", "clear"),
    ms: fc.integer({ min: 1, max: 7 }),
    which: fc.nat(4),
    then: fc.oneof(
      { maxDepth: 3 },
      fc.constant([]),
      fc.array(tie("step"), { minLength: 1, maxLength: 3 }),
    ),
  }),
}));

/** Starts a program; what fires is told with its time. */
function begin(steps: readonly Step[], timers: Timers, now: () => number): readonly string[] {
  const log: string[] = [];
  const made: unknown[] = [];
  const run = (list: readonly Step[]): void => {
    for (const { kind, ms, which, then } of list) {
      if (kind === "clear") {
        timers.clearTimeout(made.at(-1 - which) as never);
        continue;
      }
      const id = made.length;
      const fire = (): void => {
        log.push(`${id} at ${now()}`);
        // What a callback sets comes before the next turn of its own interval in Node, and after it in the library.
        if (kind === "timeout") run(then);
      };
      made.push(kind === "timeout" ? timers.setTimeout(fire, ms) : timers.setInterval(fire, ms));
    }
  };
  run(steps);
  return log;
}

const END = 25;

describe("virtual clock", () => {
  test("timers fire as those of a well-kept library do", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 5 }), (program) => {
        const clock = makeClock();
        const ours = begin(program, timersOf(clock), () => clock.now());
        for (let due = clock.due(); due !== undefined && due <= END; due = clock.due())
          clock.fireNext();
        vi.useFakeTimers({ now: 0, toFake: ["setTimeout", "setInterval", "clearTimeout", "Date"] });
        const theirs = begin(program, globalThis, () => Date.now());
        vi.advanceTimersByTime(END);
        vi.useRealTimers();
        expect(ours).toEqual(theirs);
      }),
    );
  });

  test.each([0, -1, Number.NaN, 2 ** 31, undefined])("a delay of %s is 1 ms", (ms) => {
    const clock = makeClock();
    timersOf(clock).setTimeout(() => undefined, ms);
    expect(clock.due()).toBe(1);
  });

  test("what is left is told, unless it is the engine's own", () => {
    const clock = makeClock();
    const { setTimeout, clearTimeout } = timersOf(clock);
    clock.wake(5, () => undefined);
    const timer = setTimeout(() => undefined, 10);
    setTimeout(() => undefined, 20).unref();
    expect([clock.left(), clock.held()]).toEqual([["setTimeout 10 ms", "setTimeout 20 ms"], 2]);
    clearTimeout(Number(timer));
    expect(clock.left()).toEqual(["setTimeout 20 ms"]);
    clock.reset();
    expect([clock.left(), clock.hasNext()]).toEqual([[], false]);
  });

  test("refresh() begins anew, also after it has fired; not after it was cleared", () => {
    const clock = makeClock();
    const { setTimeout, clearTimeout } = timersOf(clock);
    const fired: number[] = [];
    const timer = setTimeout(() => fired.push(clock.now()), 10);
    clock.wake(4, () => timer.refresh());
    while (clock.hasNext()) clock.fireNext();
    timer.refresh();
    while (clock.hasNext()) clock.fireNext();
    clearTimeout(timer);
    timer.refresh();
    expect([fired, clock.hasNext()]).toEqual([[14, 24], false]);
  });

  test("what a callback throws is reported, and the next one fires", () => {
    const thrown: unknown[] = [];
    const clock = makeClock((error) => thrown.push(error));
    const { setTimeout } = timersOf(clock);
    const fired = vi.fn<() => void>();
    setTimeout(() => {
      throw new Error("first");
    }, 1);
    setTimeout(fired, 1);
    clock.fireNext();
    clock.fireNext();
    expect(thrown).toEqual([new Error("first")]);
    expect(fired).toHaveBeenCalledOnce();
  });

  test("immediates run one by one, and can be cleared", () => {
    const clock = makeClock();
    const { setImmediate, clearImmediate } = clock.globals as unknown as typeof globalThis;
    const seen: number[] = [];
    setImmediate(() => seen.push(1));
    clearImmediate(setImmediate(() => seen.push(2)));
    setImmediate(() => seen.push(3));
    expect(clock.runImmediates()).toBe(true);
    expect(seen).toEqual([1]);
    expect([clock.runImmediates(), clock.runImmediates(), seen]).toEqual([true, false, [1, 3]]);
  });

  test("a timer leads a submission nowhere", () => {
    const clock = makeClock();
    const timer = timersOf(clock).setTimeout(() => undefined, 1);
    expect(Reflect.ownKeys(timer)).toEqual([]);
  });
});
