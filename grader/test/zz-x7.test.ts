import fc from "fast-check";
import { expect, test } from "vitest";
import { add, everyPath, read, write, cas, type Step, type Thread } from "/work/main/grader/test/schedule/_simulator.ts";
import { explorePrograms } from "/work/main/grader/test/runtime/threads/_programs.ts";
type Item = { step: Step } | { cell: number; value: number; rounds: number; two: boolean };
const cell = fc.nat(1), value = fc.nat(2);
const item: fc.Arbitrary<Item> = fc.oneof(
  { weight: 2, arbitrary: fc.oneof(cell.map(read), fc.tuple(cell, value).map(([c, v]) => write(c, v)), cell.map((c) => add(c, 1)), fc.tuple(cell,value,value).map(([c,a,b])=>cas(c,a,b))).map((step) => ({ step })) },
  { weight: 1, arbitrary: fc.record({ cell, value, rounds: fc.integer({ min: 2, max: 4 }), two: fc.boolean() }) },
);
const interpret = (items: readonly Item[], seen: readonly number[]): { next?: Step; shown: unknown[] } => {
  let at = 0; const shown: unknown[] = [];
  for (const i of items) {
    if ("step" in i) { if (at >= seen.length) return { next: i.step, shown }; const s = seen[at++]; if (i.step.do !== "write") shown.push(s); }
    else { let hit = 0; for (let r = 0; r < i.rounds && !hit; r++) { if (at >= seen.length) return { next: read(i.cell), shown }; if (seen[at++] === i.value) { hit = 1; break; } if (i.two) { if (at >= seen.length) return { next: read(1 - i.cell), shown }; if (seen[at++] === 7) hit = 1; } } shown.push(hit ? "hit" : "miss"); }
  }
  return { shown };
};
const text = (i: Item): string => "step" in i ? (i.step.do === "read" ? `s.push(Atomics.load(x,${i.step.cell}));` : i.step.do === "write" ? `Atomics.store(x,${i.step.cell},${i.step.value});` : i.step.do === "cas" ? `s.push(Atomics.compareExchange(x,${i.step.cell},${i.step.from},${i.step.to}));` : `s.push(Atomics.add(x,${i.step.cell},1));`)
  : `{ let h = "miss"; for (let r = 0; r < ${i.rounds}; r++) { if (Atomics.load(x,${i.cell}) === ${i.value}) { h = "hit"; break; } ${i.two ? `if (Atomics.load(x,${1 - i.cell}) === 7) { h = "hit"; break; }` : ""} } s.push(h); }`;
const all = fc.sample(fc.array(fc.array(item, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 2 }), { numRuns: Number(process.env.N ?? 300), seed: Number(process.env.SEED ?? 3) });
test("spins", async () => {
  let bad = 0, total = 0;
  for (let from = 0; from < all.length; from += 50) {
    const chunk = all.slice(from, from + 50);
    const programs = Object.fromEntries(chunk.map((lists, i) => [String(i), { cells: 2, threads: lists.map((l) => `const s: unknown[] = []; ${l.map(text).join(" ")} return s;`), final: "return [...x];" }]));
    for (const cache of [true, false]) {
      const found = await explorePrograms(programs, { cache });
      for (const [i, lists] of chunk.entries()) {
        const prog: Thread[] = lists.map((l) => (seen) => interpret(l, seen).next);
        const truth = new Set(everyPath(prog).map(({ final }) => JSON.stringify([...final.seen.map((s, t) => interpret(lists[t]!, s).shown), final.memory.slice(0, 2)])));
        const got = new Set(found.get(String(i))!.outcomes); total++;
        if (!found.get(String(i))!.explored.complete) console.log("incomplete");
        const missing = [...truth].filter((o) => !got.has(o)), extra = [...got].filter((o) => !truth.has(o));
        if (missing.length || extra.length) { if (bad++ < 5) console.log(cache, lists.map((l) => l.map(text).join(" ")).join("\n   || "), "\nmissing", missing, "extra", extra); }
      }
    }
  }
  console.log("bad", bad, "of", total);
}, 600000);
