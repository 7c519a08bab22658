import { describe, expect, test, vi } from "vitest";
import { runText } from "../../program/_run.ts";
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

test("and so it is in a compartment", async () => {
  const programs = Object.entries(all).map(
    ([title, program]) => `[${JSON.stringify(title)}, ${textOf(program)}]`,
  );
  const { end, results } = await runText({
    top: `const programs: any = [${programs.join(",\n")}]; const lineOf: any = ${String(lineOf)}; const wrong: any = { call: ${String(wrong.call)}, make: ${String(wrong.make)} };`,
    run: `
      const side = { AsyncLocalStorage, AsyncResource };
      for (const name of Object.getOwnPropertyNames(globalThis)) side[name] = globalThis[name];
      const found = {};
      for (const [title, program] of programs) {
        const lines = found[title] = [];
        await program(side, (...seen) => lines.push(lineOf(seen)), wrong);
      }
      return found;`,
  });
  expect(end).toBe("done");
  const expected: Record<string, readonly string[]> = {};
  for (const [title, program] of Object.entries(all)) expected[title] = await logOf(program, node);
  expect(results).toEqual([expected]);
});

/** A program as an expression: a method has to be put into an object first. */
function textOf(program: Program): string {
  return `Object.values({ ${String(program)} })[0]`;
}
