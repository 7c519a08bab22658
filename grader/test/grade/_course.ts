import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** The folder of this repository. */
export const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url));

/** Files by their path; `null` is an empty folder. */
export type Files = Readonly<Record<string, string | null>>;

/** Writes files into a new folder that is gone after the test. */
export function folderOf(files: Files): string {
  const root = mkdtempSync(join(tmpdir(), "katas-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  write(root, files);
  return root;
}

/** Writes files into an existing folder. */
export function write(root: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    const target = join(root, path);
    mkdirSync(content === null ? target : dirname(target), { recursive: true });
    if (content !== null) writeFileSync(target, content);
  }
}

/** A valid `kata.json`, with some fields changed. */
export function kataJson(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ ...KATA, ...changes });
}

/** What {@link kataJson} says without changes. */
export const KATA = {
  slug: "tiny",
  title: "A counter",
  order: 1,
  level: 1,
  minutes: 10,
  concepts: ["lost update"],
  seeds: ["000"],
  editable: ["src/index.ts"],
  given: ["given/racy.ts"],
  imports: ["@concurrency-katas/grader/kit", "node:worker_threads"],
  exports: ["Counter"],
  engines: ["threads"],
  profile: "sealed",
  rubric: [
    { id: "B1", title: "it counts", group: "B", points: 40, scenarios: ["B1"] },
    { id: "T1", title: "no step is lost", group: "S", points: 60, scenarios: ["T1"] },
  ],
};

/** A kata of two scenarios: counting alone, and two threads that count together. */
const TINY: Files = {
  "katas/tiny/kata.json": kataJson(),
  "katas/tiny/package.json": '{ "name": "kata-tiny", "private": true, "type": "module" }',
  "katas/tiny/tsconfig.json": "{}",
  "katas/tiny/README.md": "# Tiny\n",
  "katas/tiny/lesson.md": "# Lesson\n",
  "katas/tiny/hints.md": "# Hints\n\n## 1\n\nWhy?\n\n## 2\n\nLook there.\n\n## 3\n\nDo this.\n",
  "katas/tiny/predict.json": JSON.stringify([
    { id: "first", question: "1 + 1?", choices: ["2", "11"], answer: "2", why: "It adds." },
    { id: "second", question: "a or b?", choices: ["x", "y"], answer: "y", why: "So it is." },
  ]),
  "katas/tiny/given/racy.ts": "export {};\n",
  "katas/tiny/src/index.ts": counter('throw new KataError("TODO", "count(): try B1")'),
  "katas/tiny/test/public.ts": `
    import { defineScenarios } from "@concurrency-katas/grader/scenario";

    export default defineScenarios<typeof import("../src/index.ts")>(({ threads }) => [
      threads({
        id: "B1",
        title: "one thread counts to 2",
        group: "B",
        contract: "count() adds 1",
        expected: "a count of 2",
        setup: ({ Counter }) => Counter.create().handle,
        threads: [
          ({ Counter }, handle, thread) => {
            const counter = thread.record(Counter.attach(handle), ["count", "value"]);
            counter.count();
            counter.count();
            void counter.value;
          },
        ],
        check: (outcome) => outcome.results("value")[0] === 2,
        required: ["count"],
      }),
    ]);
  `,
  "katas/tiny/hidden/scenarios.ts": `
    import { defineScenarios } from "@concurrency-katas/grader/scenario";

    export default defineScenarios<typeof import("../src/index.ts")>(({ threads }) => [
      threads({
        id: "T1",
        title: "two threads count once each",
        group: "S",
        contract: "no step is ever lost",
        expected: "a count of 2",
        setup: ({ Counter }) => Counter.create().handle,
        threads: [0, 1].map(() => ({ Counter }, handle, thread) => {
          thread.record(Counter.attach(handle), ["count"]).count();
        }),
        finally: ({ Counter }, handle, thread) => {
          void thread.record(Counter.attach(handle), ["value"]).value;
        },
        check: (outcome) => outcome.final("value") === 2,
        required: ["count"],
      }),
    ]);
  `,
  "solutions/tiny/package.json": '{ "name": "solution-tiny", "private": true, "type": "module" }',
  "solutions/tiny/tsconfig.json": "{}",
  "solutions/tiny/src/index.ts": counter("Atomics.add(this.#cell, 0, 1)"),
};

/** A program for the kata `tiny` whose `count()` is `body`, below `header`. */
export function counter(body: string, header = ""): string {
  return `${header}
import { KataError } from "@concurrency-katas/grader/kit";

export class Counter {
  readonly handle: SharedArrayBuffer;
  readonly #cell: Int32Array;

  private constructor(handle: SharedArrayBuffer) {
    this.handle = handle;
    this.#cell = new Int32Array(handle);
  }

  static create(): Counter {
    return new Counter(new SharedArrayBuffer(4));
  }

  static attach(handle: unknown): Counter {
    return new Counter(handle as SharedArrayBuffer);
  }

  count(): void {
    ${body};
  }

  get value(): number {
    return Atomics.load(this.#cell, 0);
  }
}

export const unused = KataError;
`;
}

/** The header of a mutant of the kata `tiny`. */
export function mutantHeader(changes: Readonly<Record<string, string>> = {}): string {
  const tags = {
    mutant: "load-then-store",
    bug: "count() is a load and a store.",
    "killed-by": "T1",
    verdict: "violation",
    diagnosis: "lost-update",
    sees: "One of two steps is gone.",
    ...changes,
  };
  const lines = Object.entries(tags).map(([tag, value]) => ` * @${tag} ${value}\n`);
  return `/**\n${lines.join("")} */`;
}

/** A course with the kata `tiny` in a folder of its own, and more files if wanted. */
export function courseOf(files: Files = {}): string {
  const root = folderOf({ "package.json": "{}", ...TINY, ...files });
  symlinkSync(join(REPOSITORY, "node_modules"), join(root, "node_modules"));
  return root;
}
