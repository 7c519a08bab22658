import { expect, test, vi } from "vitest";
import { gradeKata } from "../../../src/grade/grade-kata.ts";
import { kata, withFiles } from "../threads/_grade-text.ts";

vi.setConfig({ testTimeout: 120_000 });

const submission = `import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
const WORKER = new URL("./worker.ts", import.meta.url);
export const create = () => new SharedArrayBuffer(8);
export const add = (handle: any) => Atomics.add(new Int32Array(handle), 0, 1);
export const look = () => [isMainThread, parentPort, workerData, WORKER.href].join();
export const begin = (): unknown =>
  new Worker(WORKER);
export const run = async () => { const worker: any = begin(); return new Promise((resolve) => worker.on("exit", resolve)); };
`;

/** Grades the submission against scenarios of one file. */
const grade = (scenarios: string) =>
  withFiles({ "scenarios.js": scenarios }, async (scenarioFiles) => {
    const files = new Map([
      ["src/index.ts", submission],
      ["src/worker.ts", "export {};"],
    ]);
    const editable = [...files.keys()];
    const workers = ["src/worker.ts"];
    return gradeKata({ ...kata, editable, workers }, { name: "s", files }, { scenarioFiles });
  });

const facts = `title: "", group: "S", contract: "", expected: ""`;
const program = `{ engine: "program", id: "S2", ${facts}, runs: 1, body: (kata) => kata.run(), check: ({ result }) => result === 0 }`;
const threads = (id: string, body: string): string =>
  `{ engine: "threads", id: "${id}", ${facts}, setup: (kata) => kata.create(), threads: [(kata, handle, thread) => { ${body} }, (kata, handle) => { kata.add(handle); }] }`;

test("one submission is explored under control and runs as a program", async () => {
  const look = `thread.assert(kata.look() === "false,,,file:///kata/src/worker.ts", kata.look()); kata.add(handle);`;
  const { scenarios } = await grade(`export default [${program}, ${threads("T1", look)}];`);
  expect(scenarios.map(({ id, verdict, evidence }) => [id, verdict, evidence.strategy])).toEqual([
    ["S2", "pass", "program"],
    ["T1", "pass", "preemption-bounding"],
  ]);
});

test("under control it cannot start workers, and is told so with the place", async () => {
  const { scenarios } = await grade(
    `export default [${threads("T1", "kata.begin();")}, ${program}];`,
  );
  expect(scenarios).toMatchObject([
    {
      verdict: "crash",
      message:
        "NO_WORKERS: new Worker() cannot be used here: this scenario brings its own threads, which the scheduler controls",
      place: { file: "src/index.ts", line: 7 },
    },
    { verdict: "inconclusive", evidence: { strategy: "none" } },
  ]);
});

test("a stress scenario brings its own workers, too", async () => {
  const stress = `{ engine: "stress", id: "S", ${facts}, workers: 2, runs: 1, setup: (kata) => kata.create(), body: (kata) => kata.begin(), finally: () => 0, check: () => true }`;
  const { scenarios } = await grade(`export default [${stress}];`);
  expect(scenarios[0]).toMatchObject({
    verdict: "crash",
    message: "NO_WORKERS: new Worker() cannot be used here: this scenario brings its own workers",
    place: { file: "src/index.ts", line: 7, text: "new Worker(WORKER);" },
  });
});
