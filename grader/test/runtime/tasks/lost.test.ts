import { describe, expect, test, vi } from "vitest";
import { gradeTasks } from "./_grade.ts";

vi.setConfig({ testTimeout: 120_000 });

const counter = (add: string): string => `export class Counter {
  count = 0;
  async add(amount: Promise<number>) {
    ${add}
  }
}`;
const body = `const counter = new kata.Counter();
  await Promise.all(Array.from({ length: tasks.size }, (_, i) => counter.add(tasks.later(\`task \${i}\`, 1))));
  return counter.count;`;
const rest = "sizes: [1, 2, 3], check: ({ result, size }) => result === size";

describe("what is lost across an await", () => {
  test("a sum that is read before it and written after it is named, with the lines", async () => {
    const seen = await gradeTasks(
      counter("const before = this.count;\n    this.count = before + (await amount);"),
      body,
      { rest },
    );
    expect(seen).toMatchObject({
      verdict: "violation",
      bugClass: "lost-across-await",
      diagnosis:
        "`this.count` is read at src/index.ts:4 before the await, and written at line 5 after it; meanwhile task 0 wrote it at line 5",
      timeline: { size: 2 },
    });
    expect(seen.timeline?.rows.map(({ actor, text, place }) => [actor, text, place?.line])).toEqual(
      [
        ["task 0", "fulfils 1", undefined],
        ["your code", "goes on", 5],
        ["task 1", "fulfils 1", undefined],
        ["your code", "goes on", 5],
      ],
    );
  });

  test("a wrong sum for another reason is not named so", async () => {
    const seen = await gradeTasks(counter("this.count += (await amount, 2);"), body, { rest });
    // `+=` reads before the await as well, but with one task nothing comes in between.
    expect(seen).toMatchObject({ bugClass: "wrong-result", timeline: { size: 1 } });
    const late = await gradeTasks(counter("await amount; this.count += 2;"), body, { rest });
    expect(late).toMatchObject({ bugClass: "wrong-result" });
    expect(late).not.toHaveProperty("diagnosis");
  });

  test("what is lost in orders that pass as well is not the reason", async () => {
    const submission = `export class Log {
      last = "";
      seen: string[] = [];
      async take(promise: Promise<string>) {
        const before = this.last;
        const value = await promise;
        this.last = before === value ? before : value;
        this.seen.push(value);
      }
    }`;
    const seen = await gradeTasks(
      submission,
      `const log = new kata.Log();
       await Promise.all(Array.from({ length: tasks.size }, (_, i) => log.take(tasks.later(\`task \${i}\`, String(i)))));
       return log.seen.join();`,
      { rest: `sizes: [2], check: ({ result }) => result === "0,1"` },
    );
    expect(seen).toMatchObject({ bugClass: "wrong-result", timeline: { reorderings: 1 } });
    expect(seen).not.toHaveProperty("diagnosis");
  });
});
