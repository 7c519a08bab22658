import { describe, expect, test } from "vitest";
import {
  type BundleProblem,
  type SubmissionBundle,
  bundleSubmission,
} from "../../../src/runtime/bundle.ts";

const imports = ["@concurrency-katas/grader/kit", "node:worker_threads"];

const bundle = (
  files: Readonly<Record<string, string>>,
): Promise<SubmissionBundle | BundleProblem> =>
  bundleSubmission(new Map(Object.entries(files)), { entry: "src/index.ts", imports });

const index = (code: string) => bundle({ "src/index.ts": code });

/** What a bundle exports, evaluated here without any compartment. */
async function exportsOf(
  files: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const made = await bundle(files);
  if (!("code" in made)) throw new Error(made.message);
  const module = { exports: {} as Record<string, unknown> };
  const require = (path: string): unknown => ({ Mutex: path, KataError: path, threadId: 7 });
  new Function("require", "exports", "module", made.code)(require, module.exports, module);
  return module.exports;
}

describe("a submission", () => {
  test("may have several files", async () => {
    const files = {
      "src/index.ts": "export { two } from './parts/numbers.ts';",
      "src/parts/numbers.ts": "import { one } from '../one.ts'; export const two = one + one;",
      "src/one.ts": "export const one: number = 1;",
    };
    expect(await exportsOf(files)).toMatchObject({ two: 2 });
  });

  test("may export under other names, and a default", async () => {
    const code = "const a = 1; export { a as b }; export default class {}";
    expect(await exportsOf({ "src/index.ts": code })).toMatchObject({
      b: 1,
      default: expect.any(Function) as unknown,
    });
  });

  test("reaches the modules that the engine provides", async () => {
    const code = `import { threadId } from "node:worker_threads"; export const id = threadId;`;
    expect(await exportsOf({ "src/index.ts": code })).toMatchObject({ id: 7 });
  });

  test.each(["module", "exports", "require", "imports"])(
    "may have a constant of its own called %s",
    async (name) => {
      const code = `import { threadId } from "node:worker_threads"; const ${name} = threadId; export const f = () => ${name};`;
      const { f } = await exportsOf({ "src/index.ts": code });
      expect((f as () => unknown)()).toBe(7);
    },
  );

  test("is never type-checked", async () => {
    expect(await exportsOf({ "src/index.ts": "export const n: string = 1;" })).toMatchObject({
      n: 1,
    });
  });
});

describe("a submission is refused", () => {
  test("when it imports what the kata does not allow, with the list of what it may", async () => {
    expect(await index(`import fs from "node:fs"; export { fs };`)).toEqual({
      kind: "refused",
      message:
        'import of "node:fs" is not allowed; this kata may import @concurrency-katas/grader/kit, node:worker_threads, its own files\n' +
        'import fs from "node:fs"; export { fs };\n' +
        "               ^^^^^^^^^",
      position: { file: "src/index.ts", line: 1, column: 16 },
    });
  });

  test.each([
    ["a package", `import "lodash";`],
    ["a file by an absolute path", `import "/etc/passwd";`],
    ["a URL", `import "https://example.com/x.js";`],
    ["data", `import "data:text/javascript,1";`],
    ["a built-in without its prefix", `import "fs";`],
    ["an allowed module when it runs", `export const f = () => import("node:worker_threads");`],
  ])("when it imports %s", async (_what, code) => {
    expect(await index(code)).toMatchObject({ kind: "refused" });
  });
});

describe("a submission cannot be run", () => {
  test("when its syntax is wrong, and the place is shown with a caret", async () => {
    expect(await index("export const a = 1;\nexport const = 2;\n")).toEqual({
      kind: "syntax",
      message: 'Expected identifier but found "="\nexport const = 2;\n             ^',
      position: { file: "src/index.ts", line: 2, column: 14 },
    });
  });

  test("when a file of its own is missing", async () => {
    expect(await index(`import "./missing.ts";`)).toMatchObject({
      kind: "syntax",
      message: expect.stringContaining(
        "there is no file src/missing.ts in the submission",
      ) as string,
    });
  });

  test("when its own file lies outside of it", async () => {
    expect(await index(`import "../../../../etc/hostname";`)).toMatchObject({ kind: "syntax" });
  });
});

test("places in the bundle are those of the student's files", async () => {
  const made = (await bundle({
    "src/index.ts":
      "import { f } from './part.ts';\n\nexport class C {\n  m(): number {\n    return f();\n  }\n}\n",
    "src/part.ts": "/** A comment. */\nexport function f(): number {\n  return 42;\n}\n",
  })) as SubmissionBundle;
  const placeOf = (text: string) => {
    const lines = made.code.split("\n");
    const line = lines.findIndex((candidate) => candidate.includes(text));
    return made.locate(line + 1, (lines[line] as string).indexOf(text) + 1);
  };
  expect(placeOf("return 42")).toEqual({ file: "src/part.ts", line: 3, column: 3 });
  expect(placeOf("return f()")).toEqual({ file: "src/index.ts", line: 5, column: 5 });
});

describe("a submission that starts workers", () => {
  const files = {
    "src/index.ts":
      "import { Worker } from 'node:worker_threads';\nimport { other } from './other/part.ts';\nexport { Worker, other };\nexport const url: string = import.meta.url; export const f = () => 1;\n",
    "src/other/part.ts": "export const other = [import.meta.url, 'import.meta.url'];\n",
    "given/cook.ts":
      "import { parentPort } from 'node:worker_threads';\nimport { f } from '../src/index.ts';\nparentPort!.postMessage(f());\n",
  };
  const options = { entry: "src/index.ts", imports, workers: ["given/cook.ts"] };
  const make = async (changes: Readonly<Record<string, string>> = {}) =>
    bundleSubmission(new Map(Object.entries({ ...files, ...changes })), options);

  test("has a URL for each of its modules, wherever it is graded", async () => {
    const made = (await make()) as SubmissionBundle;
    const module = { exports: {} as Record<string, unknown> };
    const require = () => ({ Worker: "a class" });
    new Function("require", "exports", "module", made.code)(require, module.exports, module);
    expect(module.exports).toMatchObject({
      Worker: "a class",
      url: "file:///kata/src/index.ts",
      other: ["file:///kata/src/other/part.ts", "import.meta.url"],
    });
  });

  test("has a bundle for each worker, with places of its own", async () => {
    const made = (await make()) as SubmissionBundle;
    expect([...made.workers.keys()]).toEqual(["given/cook.ts"]);
    const { code, locate } = made.workers.get("given/cook.ts")!;
    const lines = code.split("\n");
    const line = lines.findIndex((text) => text.includes("postMessage(f"));
    const column = (lines[line] as string).indexOf("postMessage");
    expect(locate(line + 1, column + 1)).toEqual({ file: "given/cook.ts", line: 3, column: 13 });
  });

  test("keeps the places of lines with import.meta.url", async () => {
    const { code, locate } = (await make()) as SubmissionBundle;
    const lines = code.split("\n");
    const line = lines.findIndex((text) => text.includes("=> 1"));
    const column = (lines[line] as string).indexOf("() => 1");
    expect(locate(line + 1, column + 1)).toEqual({ file: "src/index.ts", line: 4, column: 62 });
  });

  test.each([
    ["its own", { "src/index.ts": "export const = 2;" }, "src/index.ts"],
    ["a worker's", { "given/cook.ts": "import.meta.url; const = 2;" }, "given/cook.ts"],
  ])("cannot be run when the syntax of %s module is wrong", async (_whose, changes, file) => {
    expect(await make(changes)).toMatchObject({ kind: "syntax", position: { file, line: 1 } });
  });

  test("cannot be run without the files of its workers", async () => {
    const alone = new Map([["src/index.ts", "export {};"]]);
    expect(await bundleSubmission(alone, options)).toEqual({
      kind: "syntax",
      message: "there is no file given/cook.ts in the submission",
    });
  });

  test("does nothing of this in a kata without workers", async () => {
    const made = (await index("export const url = import.meta.url;")) as SubmissionBundle;
    expect(made.code).toContain("import.meta.url");
    expect(made.workers.size).toBe(0);
    expect(await index(`import { Worker } from "node:worker_threads"; Worker;`)).toMatchObject({
      kind: "syntax",
    });
  });
});
