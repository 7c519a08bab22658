import { describe, expect, test, vi } from "vitest";
import { gradeKata } from "../../../../src/grade/grade-kata.ts";
import { runText } from "../../program/_run.ts";
import { imports, kata, withFiles } from "../../threads/_grade-text.ts";
import { type Program, aborts, contexts, events, functions } from "./_programs.ts";
import { lineOf, logOf, makeOurs, node, wrong } from "./_sides.ts";

vi.setConfig({ testTimeout: 60_000 });
const all = { ...events, ...aborts, ...functions, ...contexts };

describe("as in Node", () => {
  test.each(Object.entries(all))("%s", async (_title, program) => {
    const expected = await logOf(program, node);
    expect(expected.length).toBeGreaterThan(0);
    const ours = makeOurs();
    expect(await logOf(program, ours)).toEqual(expected);
    expect(ours.thrown).toEqual([]);
  });
});

/** The programs as a module: `runAll` runs them and gives what each logs. */
const texts = Object.entries(all).map(
  ([title, program]) => `[${JSON.stringify(title)}, ${textOf(program)}]`,
);
const asModule = `
  const programs: any = [${texts.join(",\n")}];
  const lineOf: any = ${String(lineOf)};
  const wrong: any = { call: ${String(wrong.call)}, make: ${String(wrong.make)} };
  export async function runAll(): Promise<unknown> {
    const side: any = { AsyncLocalStorage, AsyncResource };
    for (const name of Object.getOwnPropertyNames(globalThis)) side[name] = (globalThis as any)[name];
    const found: any = {};
    for (const [title, program] of programs) {
      const lines: string[] = found[title] = [];
      await program(side, (...seen: unknown[]) => lines.push(lineOf(seen)), wrong);
    }
    return found;
  }`;

/** A program as an expression: a method has to be put into an object first. */
function textOf(program: Program): string {
  return `Object.values({ ${String(program)} })[0]`;
}

/** What each program logs in Node. */
async function expectedLogs(): Promise<Readonly<Record<string, readonly string[]>>> {
  const logs: Record<string, readonly string[]> = {};
  for (const [title, program] of Object.entries(all)) logs[title] = await logOf(program, node);
  return logs;
}

test("and so it is in the compartment of a program", async () => {
  const { end, results } = await runText({ top: asModule, run: "return runAll();" });
  expect(end).toBe("done");
  expect(results).toEqual([await expectedLogs()]);
});

test("and so it is under the virtual clock", async () => {
  const scenario = `export default [{
    engine: "tasks", id: "A1", title: "", group: "S", contract: "", expected: "", body: (kata) => kata.runAll(),
    check: ({ result }) => JSON.stringify(result) === ${JSON.stringify(JSON.stringify(await expectedLogs()))},
    got: ({ result }) => JSON.stringify(result),
  }];`;
  const imported = `import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";`;
  const files = new Map([["src/index.ts", `${imported}${asModule}`]]);
  const { scenarios } = await withFiles({ "scenarios.js": scenario }, (scenarioFiles) =>
    gradeKata(
      { ...kata, imports: [...imports, "node:async_hooks"] },
      { name: "submission", files },
      { scenarioFiles },
    ),
  );
  expect(scenarios).toMatchObject([{ verdict: "pass" }]);
});
