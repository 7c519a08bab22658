/** The slots that threads have in shared memory. */
import type { Model } from "@concurrency-katas/grader/history";
import { type Outcome, type ThreadBody, defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";

type Kata = typeof kata;

const ascending = (values: readonly number[]): readonly number[] =>
  values.toSorted((a, b) => a - b);

/** The slots when calls come one after the other: the value of each thread that holds one. */
const slots = (maxThreads: number): Model<ReadonlyMap<number, number>> => ({
  name: "slots",
  initial: new Map(),
  step(held, { name, args, outcome, thread }) {
    const own = held.get(thread);
    const answers = (value: unknown, then = held): readonly ReadonlyMap<number, number>[] =>
      outcome.kind === "returned" && String(outcome.value) === String(value) ? [then] : [];
    const [operand] = args as readonly number[];
    switch (name) {
      case "get":
        return answers(own ?? 0);
      case "release": {
        const rest = new Map(held);
        rest.delete(thread);
        return answers(own ?? 0, rest);
      }
      case "values":
        return answers(ascending([...held.values()]));
      default: {
        if (own === undefined && held.size === maxThreads) {
          return outcome.kind === "threw" && outcome.code === "NO_SLOT" ? [held] : [];
        }
        const value = (name === "add" ? (own ?? 0) : 0) + operand!;
        return answers(name === "add" ? value : undefined, new Map(held).set(thread, value));
      }
    }
  },
});

/** What the threads of T2 share. */
interface Gates {
  readonly local: unknown;
  readonly taken: unknown;
  readonly refused: unknown;
  readonly released: unknown;
}

/** The members of a `ThreadLocalInt32`, recorded; `values` in ascending order. */
function attach(...[{ ThreadLocalInt32 }, handle, thread]: Parameters<ThreadBody<Kata>>) {
  const local = ThreadLocalInt32.attach(handle);
  return {
    ...thread.record(local, ["get", "set", "add", "release"]),
    values: () => thread.operation("values", [], () => ascending(local.values())),
  };
}

const readValues: ThreadBody<Kata> = (...here) => {
  attach(...here).values();
};

const wasRefused = ({ operations }: Outcome): boolean =>
  operations.some(({ outcome }) => outcome.kind === "threw" && outcome.code === "NO_SLOT");

export const sharedSlots = defineScenarios<Kata>(({ threads, stress }) => [
  threads({
    id: "T1b",
    title: "three threads claim three slots at once",
    group: "S",
    contract: "one private Int32 per thread, and room for maxThreads of them",
    expected: "nobody is refused, and each thread reads what it wrote",
    setup: ({ ThreadLocalInt32 }) => ThreadLocalInt32.create({ maxThreads: 3 }).handle,
    threads: [1, 2, 3].map((value) => (...here) => {
      const mine = attach(...here);
      mine.set(value);
      mine.get();
    }),
    finally: readValues,
    model: slots(3),
    required: ["set", "get"],
  }),

  threads({
    id: "T2",
    title: "one slot, and a second thread that comes too early, and again after the release",
    group: "R",
    contract:
      "no slot free: NO_SLOT; after a release the slot can be claimed again, and starts at 0",
    expected: "NO_SLOT for set and add while the slot is taken, and a fresh slot after that",
    setup: ({ ThreadLocalInt32 }, main) => ({
      local: ThreadLocalInt32.create({ maxThreads: 1 }).handle,
      taken: main.createGate("taken"),
      refused: main.createGate("refused"),
      released: main.createGate("released"),
    }),
    threads: [
      (kata, handle, thread) => {
        const gates = handle as Gates;
        const mine = attach(kata, gates.local, thread);
        mine.set(5);
        thread.gate(gates.taken).open();
        thread.gate(gates.refused).pass();
        mine.add(2);
        mine.release();
        thread.gate(gates.released).open();
        mine.get();
      },
      (kata, handle, thread) => {
        const gates = handle as Gates;
        const mine = attach(kata, gates.local, thread);
        thread.gate(gates.taken).pass();
        thread.codeOf(() => mine.set(1));
        thread.codeOf(() => mine.add(1));
        mine.get();
        mine.release();
        mine.values();
        thread.gate(gates.refused).open();
        thread.gate(gates.released).pass();
        mine.get();
        mine.add(3);
        mine.values();
      },
    ],
    model: slots(1),
    required: ["set", "add", "release"],
    seen: { what: "a thread that was refused", in: wasRefused },
  }),

  threads({
    id: "T2b",
    title: "three threads want two slots, and keep them",
    group: "R",
    contract: "at most maxThreads threads hold a slot at the same time; no slot free: NO_SLOT",
    expected: "two threads get a slot, the third one NO_SLOT and no value",
    setup: ({ ThreadLocalInt32 }) => ThreadLocalInt32.create({ maxThreads: 2 }).handle,
    threads: [1, 2, 3].map((value) => (...here) => {
      const mine = attach(...here);
      here[2].codeOf(() => mine.add(value));
      mine.get();
    }),
    finally: readValues,
    model: slots(2),
    required: ["add", "get"],
    seen: { what: "a thread that was refused", in: wasRefused },
  }),

  threads({
    id: "T3",
    title: "two threads with ids that are equal modulo maxThreads add, a third one reads values",
    group: "S",
    contract: "values of all claimed slots; exact when nobody is writing",
    expected: "values are 3 and 12 in the end, and on the way only what a slot has held",
    setup: ({ ThreadLocalInt32 }) => ThreadLocalInt32.create({ maxThreads: 2 }).handle,
    threads: [
      (...here) => {
        attach(...here).add(1);
        attach(...here).add(2);
      },
      (...here) => {
        attach(...here).add(4);
        attach(...here).add(8);
      },
      readValues,
    ],
    threadIds: [1, 3, 2],
    finally: readValues,
    check: (outcome) =>
      String(outcome.results("add")) === "1,3,4,12" &&
      String(outcome.final("values")) === "3,12" &&
      (outcome.results("values")[0] as readonly number[]).every((value) =>
        [0, 1, 3, 4, 12].includes(value),
      ),
    got: (outcome) =>
      `add returned ${String(outcome.results("add"))}; values ${String(outcome.results("values")[0])}, ` +
      `in the end ${String(outcome.final("values"))}`,
    required: ["add", "values"],
    seen: {
      what: "values() beside a thread that adds",
      in: (outcome) => String(outcome.results("values")[0]) !== "",
    },
  }),

  threads({
    id: "T3b",
    title: "the main thread and two threads with large ids, each with two instances",
    group: "S",
    contract: "a slot belongs to a thread, whatever its id, and not to an instance",
    expected: "three slots, and each thread reads its own value through both instances",
    setup: ({ ThreadLocalInt32 }) => ThreadLocalInt32.create({ maxThreads: 3 }).handle,
    threads: [1, 2, 3].map((value) => (...here) => {
      attach(...here).set(value);
      attach(...here).add(10);
    }),
    // All of them are 0 modulo 3, and in their low 8 and 16 bits.
    threadIds: [0, 196_608, 50_331_648],
    finally: readValues,
    model: slots(3),
    required: ["set", "add"],
  }),

  threads({
    id: "T4",
    title: "two threads want one slot, and give it back",
    group: "R",
    contract: "release returns the slot's last value, and the next owner starts at 0",
    expected: "every answer is one that some order of the calls gives",
    setup: ({ ThreadLocalInt32 }) => ThreadLocalInt32.create({ maxThreads: 1 }).handle,
    threads: [
      (...here) => {
        const mine = attach(...here);
        here[2].codeOf(() => mine.add(5));
        mine.release();
      },
      (...here) => {
        const mine = attach(...here);
        here[2].codeOf(() => mine.add(3));
        mine.get();
        mine.release();
      },
    ],
    finally: readValues,
    model: slots(1),
    required: ["release"],
    seen: { what: "a thread that was refused", in: wasRefused },
  }),

  threads({
    id: "T4b",
    title: "a thread releases through one instance and goes on with the other, beside a claim",
    group: "R",
    contract: "after release() the slot is no longer this thread's, in none of its instances",
    expected: "each thread reads its own value only",
    // Whatever order a search has, the first thread cannot be in its way at every slot of three.
    setup: ({ ThreadLocalInt32 }) => ThreadLocalInt32.create({ maxThreads: 3 }).handle,
    threads: [
      (...here) => {
        const mine = attach(...here);
        const same = attach(...here);
        mine.add(1);
        same.release();
        mine.add(4);
        same.release();
      },
      (...here) => {
        const mine = attach(...here);
        mine.add(8);
        mine.add(1);
      },
    ],
    finally: readValues,
    model: slots(3),
    required: ["add", "release"],
  }),

  stress({
    id: "S",
    title: "eight workers add 20,000 times each",
    group: "S",
    contract: "each thread counts for itself, and values() adds up to the total",
    expected: "eight values of 20,000, and no thread ever reads another one's",
    workers: 8,
    runs: 5,
    setup: ({ ThreadLocalInt32 }) => ThreadLocalInt32.create({ maxThreads: 8 }).handle,
    body: ({ ThreadLocalInt32 }, handle) => {
      const here = ThreadLocalInt32.attach(handle);
      const same = ThreadLocalInt32.attach(handle);
      let wrong = 0;
      for (let i = 1; i <= 20_000; i += 2) {
        if (here.add(1) !== i) wrong++;
        if (same.add(1) !== i + 1) wrong++;
      }
      return wrong;
    },
    finally: ({ ThreadLocalInt32 }, handle) => ThreadLocalInt32.attach(handle).values(),
    check: ({ results, final }) =>
      results.every((wrong) => wrong === 0) &&
      String(final) === Array.from({ length: 8 }, () => 20_000).join(),
  }),
]);
