import fc from "fast-check";
import { expect, test } from "vitest";
import {
  GAVE_UP,
  type Path,
  type Step,
  add,
  cas,
  everyPath,
  lock,
  notify,
  read,
  steps,
  timedWait,
  unlock,
  wait,
  write,
} from "../../schedule/_simulator.ts";
import { type Exploration, type Program, explorePrograms } from "./_programs.ts";

const PROGRAMS = Number(process.env["SC_PROGRAMS"] ?? 200);

const cell = fc.nat(1);
const value = fc.nat(2);

/** The cell that holds a Mutex. */
const MUTEX = 2;

const access: fc.Arbitrary<Step> = fc.oneof(
  cell.map(read),
  fc.tuple(cell, value).map(([c, v]) => write(c, v)),
  cell.map((c) => add(c, 1)),
  fc.tuple(cell, value, value).map(([c, from, to]) => cas(c, from, to)),
);
const anything: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: access },
  fc.tuple(cell, fc.nat(1)).map(([c, v]) => wait(c, v)),
  fc.tuple(cell, fc.nat(1)).map(([c, v]) => timedWait(c, v)),
  cell.map(notify),
  fc.constantFrom(lock(MUTEX), unlock(MUTEX)),
);

/** Three looks at one cell in a row count as a spin, for which another rule holds. */
const looksLikeSpin = (list: readonly Step[]): boolean =>
  list.some(
    ({ do: kind, cell: c }, i) =>
      ["read", "cas", "wait"].includes(kind) && [1, 2].every((n) => list[i + n]?.cell === c),
  );

const thread = (step: fc.Arbitrary<Step>, longest: number): fc.Arbitrary<readonly Step[]> =>
  fc.array(step, { minLength: 1, maxLength: longest }).filter((list) => !looksLikeSpin(list));

type Lists = readonly (readonly Step[])[];

const generated = fc.oneof(
  fc.array(thread(access, 4), { minLength: 2, maxLength: 2 }),
  fc.array(thread(anything, 4), { minLength: 2, maxLength: 2 }),
  fc.array(thread(anything, 2), { minLength: 3, maxLength: 3 }),
);

/** A step in the submission's language; what it saw goes to `seen`. */
function textOf(step: Step): string {
  const at = `x, ${step.cell}`;
  switch (step.do) {
    case "read":
      return `seen.push(Atomics.load(${at}));`;
    case "write":
      return `Atomics.store(${at}, ${step.value});`;
    case "add":
      return `seen.push(Atomics.add(${at}, ${step.value}));`;
    case "cas":
      return `seen.push(Atomics.compareExchange(${at}, ${step.from}, ${step.to}));`;
    case "lock":
      return "mutex.lock();";
    case "unlock":
      return "try { mutex.unlock(); } catch { seen.push('free'); }";
    case "wait":
      return `seen.push(Atomics.wait(${at}, ${step.value}${step.timed ? ", 10" : ""}));`;
    case "notify":
      return `seen.push(Atomics.notify(${at}, 1));`;
    case "spin":
      throw new Error("no spins here");
  }
}

/** What `textOf` shows of what the simulator's thread saw. */
function shownOf(step: Step, saw: number): readonly unknown[] {
  switch (step.do) {
    case "write":
    case "lock":
      return [];
    case "unlock":
      return saw === 0 ? ["free"] : [];
    case "wait":
      return saw === GAVE_UP ? ["timed-out"] : [saw === step.value ? "ok" : "not-equal"];
    default:
      return [saw];
  }
}

function programOf(lists: Lists): Program {
  const view = "const x = new Int32Array(handle.cells); const seen: unknown[] = [];";
  return {
    setup: "return { cells: new SharedArrayBuffer(8), mutex: Mutex.create().handle };",
    threads: lists.map(
      (list) =>
        `${view} const mutex = Mutex.attach(handle.mutex); ${list.map(textOf).join(" ")} return seen;`,
    ),
    final: "return [...new Int32Array(handle.cells)];",
  };
}

function outcomeOf(lists: Lists, { final }: Path): string {
  const { memory, seen, asleep, end } = final;
  const hasEnded = (saw: readonly number[], i: number): boolean =>
    saw.length === lists[i]?.length && !asleep.includes(i);
  const results = seen.map((saw, i) =>
    hasEnded(saw, i)
      ? saw.flatMap((value, at) => shownOf(lists[i]?.[at] as Step, value))
      : "pending",
  );
  return end === "done"
    ? JSON.stringify([...results, memory.slice(0, 2)])
    : `deadlock ${JSON.stringify(results)}`;
}

/** The outcomes of a program, each with the fewest preemptions that lead to it. */
function fewestPreemptions(lists: Lists): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const path of everyPath(lists.map((list) => steps(...list)))) {
    const outcome = outcomeOf(lists, path);
    found.set(outcome, Math.min(path.preemptions, found.get(outcome) ?? Infinity));
  }
  return found;
}

const textsOf = (lists: Lists): string =>
  lists.map((list) => list.map(textOf).join(" ")).join(" ∥ ");

const all: readonly Lists[] = fc.sample(generated, { numRuns: PROGRAMS, seed: 7 });

/** A few programs make a submission: it is evaluated anew for each of its scenarios. */
const CHUNK = 50;

test.each([
  ["every interleaving", false],
  ["every state", true],
])(
  "exploring %s shows the outcomes of sequential consistency, first with the fewest preemptions",
  async (_what, cache) => {
    for (let from = 0; from < all.length; from += CHUNK) {
      const chunk = all.slice(from, from + CHUNK);
      const programs = chunk.map((lists, i) => [String(i), programOf(lists)] as const);
      const found = await explorePrograms(Object.fromEntries(programs), { cache });
      for (const [i, lists] of chunk.entries()) {
        const { firstFound, explored } = found.get(String(i)) as Exploration;
        expect(firstFound, textsOf(lists)).toEqual(fewestPreemptions(lists));
        expect(explored.complete).toBe(true);
      }
    }
  },
  60_000,
);
