import { expect, test, vi } from "vitest";
import { gradeKata } from "../../../src/grade/grade-kata.ts";
import { imports, kata, withFiles } from "./_grade-text.ts";

vi.setConfig({ testTimeout: 120_000 });

/** Each thread looks what its storage holds and what its resource is called, and enters something between two steps. */
const submission = `
  import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
  const storage = new AsyncLocalStorage<string>();
  export const create = () => new SharedArrayBuffer(4);
  export function work(handle: SharedArrayBuffer): unknown {
    const cell = new Int32Array(handle);
    const before = storage.getStore();
    storage.enterWith("entered");
    Atomics.add(cell, 0, 1);
    const inside = storage.run("run", () => { Atomics.add(cell, 0, 1); return storage.getStore(); });
    return [before ?? "nothing", storage.getStore(), inside, new AsyncResource("x").asyncId()];
  }`;

const scenario = `export default [{
  engine: "threads", id: "T1", title: "", group: "S", contract: "", expected: "",
  setup: (kata) => kata.create(),
  threads: [1, 2].map(() => (kata, handle, t) => t.operation("work", [], () => kata.work(handle))),
  check: ({ results }) => results("work").every((seen) => JSON.stringify(seen) === '["nothing","entered","run",2]'),
  got: ({ results }) => JSON.stringify(results("work")),
}];`;

test("each execution begins with empty storages, and sees the same ids", async () => {
  const { scenarios } = await withFiles({ "scenarios.js": scenario }, (scenarioFiles) =>
    gradeKata(
      { ...kata, imports: [...imports, "node:async_hooks"] },
      { name: "submission", files: new Map([["src/index.ts", submission]]) },
      { scenarioFiles },
    ),
  );
  expect(scenarios).toMatchObject([{ verdict: "pass" }]);
  expect(scenarios[0]?.evidence.schedules).toBeGreaterThan(5);
});
