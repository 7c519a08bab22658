import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Step,
  type Thread,
  add,
  cas,
  everyPath,
  read,
  write,
} from "../../schedule/_simulator.ts";
import { type Exploration, type Program, explorePrograms } from "./_programs.ts";

const PROGRAMS = Number(process.env["SPIN_PROGRAMS"] ?? 60);

/** Looks at a cell, and at the other one where `both`, until it sees the value or has no round left. */
interface Spin {
  readonly cell: number;
  readonly value: number;
  readonly rounds: number;
  readonly both: boolean;
}

type Item = Step | Spin;

const isSpin = (item: Item): item is Spin => "rounds" in item;

/** Most steps that an item takes. */
const sizeOf = (item: Item): number => (isSpin(item) ? item.rounds * (item.both ? 2 : 1) : 1);

const cell = fc.nat(1);
const value = fc.nat(2);
const access: fc.Arbitrary<Item> = fc.oneof(
  cell.map(read),
  fc.tuple(cell, value).map(([c, v]) => write(c, v)),
  cell.map((c) => add(c, 1)),
  fc.tuple(cell, value, value).map(([c, from, to]) => cas(c, from, to)),
);
const spin: fc.Arbitrary<Item> = fc.record({
  cell,
  value,
  rounds: fc.integer({ min: 2, max: 4 }),
  both: fc.boolean(),
});
const thread = fc
  .array(fc.oneof({ weight: 2, arbitrary: access }, spin), { minLength: 1, maxLength: 3 })
  .filter((items) => items.reduce((sum, item) => sum + sizeOf(item), 0) <= 6);

type Lists = readonly (readonly Item[])[];

/** What a thread does next after what it has seen, and what it shows of that: of a spin only whether it hit. */
function follow(items: readonly Item[], seen: readonly number[]) {
  const shown: unknown[] = [];
  let at = 0;
  for (const item of items) {
    if (!isSpin(item)) {
      if (at === seen.length) return { next: item, shown };
      const saw = seen[at++];
      if (item.do !== "write") shown.push(saw);
      continue;
    }
    let hit = false;
    for (let look = 0; look < sizeOf(item) && !hit; look++) {
      const isOther = item.both && look % 2 === 1;
      if (at === seen.length) return { next: read(isOther ? 1 - item.cell : item.cell), shown };
      hit = seen[at++] === item.value && !isOther;
    }
    shown.push(hit);
  }
  return { next: undefined, shown };
}

function textOf(item: Item): string {
  if (isSpin(item)) {
    const other = item.both ? `Atomics.load(x, ${1 - item.cell});` : "";
    return `{
      let hit = false;
      for (let i = 0; i < ${item.rounds} && !hit; i++) {
        hit = Atomics.load(x, ${item.cell}) === ${item.value};
        if (!hit) { ${other} }
      }
      shown.push(hit);
    }`;
  }
  const at = `x, ${item.cell}`;
  switch (item.do) {
    case "read":
      return `shown.push(Atomics.load(${at}));`;
    case "write":
      return `Atomics.store(${at}, ${item.value});`;
    case "add":
      return `shown.push(Atomics.add(${at}, ${item.value}));`;
    case "cas":
      return `shown.push(Atomics.compareExchange(${at}, ${item.from}, ${item.to}));`;
    default:
      throw new Error(`no ${item.do} here`);
  }
}

const programOf = (lists: Lists): Program => ({
  cells: 2,
  threads: lists.map(
    (items) => `const shown: unknown[] = []; ${items.map(textOf).join(" ")} return shown;`,
  ),
  final: "return [...x];",
});

function outcomesOf(lists: Lists): readonly string[] {
  const threads = lists.map(
    (items): Thread =>
      (seen) =>
        follow(items, seen).next,
  );
  const outcomes = everyPath(threads).map(({ final: { seen, memory } }) => {
    const shown = seen.map((saw, i) => follow(lists[i] ?? [], saw).shown);
    return JSON.stringify([...shown, memory.slice(0, 2)]);
  });
  return [...new Set(outcomes)].toSorted();
}

test("spins that may be waited for, or gone on with, show what plain loops would", async () => {
  const all: readonly Lists[] = fc.sample(fc.array(thread, { minLength: 2, maxLength: 2 }), {
    numRuns: PROGRAMS,
    seed: 3,
  });
  const programs = all.map((lists, i) => [String(i), programOf(lists)] as const);
  const found = await explorePrograms(Object.fromEntries(programs));
  for (const [i, lists] of all.entries()) {
    const { outcomes, explored } = found.get(String(i)) as Exploration;
    expect(outcomes, JSON.stringify(lists)).toEqual(outcomesOf(lists));
    expect(explored.complete).toBe(true);
  }
});
