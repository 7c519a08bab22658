import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { runInNewContext } from "node:vm";
import { type Token, tokenizer } from "acorn";
import { transformSync } from "esbuild";
import { describe, expect, test } from "vitest";
import { quotedRanges } from "../../../src/runtime/sealed/quoted.ts";
import { prepareSource } from "../../../src/runtime/sealed/source.ts";

/** The tokens of a program that are code for us and text for acorn, or the other way round. */
function disagreements(code: string): readonly string[] {
  const isQuoted = new Uint8Array(code.length);
  for (const { from, to } of quotedRanges(code)) isQuoted.fill(1, from, to);
  const found: string[] = [];
  const options = { ecmaVersion: "latest", sourceType: "module" } as const;
  for (const { type, start, end } of tokenizer(code, options) as Iterable<Token>) {
    if (type.label === "`" || type.label === "${") continue;
    const isText = ["string", "template", "regexp"].includes(type.label);
    const count = isQuoted.subarray(start, end).reduce((sum, one) => sum + one, 0);
    if (count !== (isText ? end - start : 0)) found.push(code.slice(start, end));
  }
  return found;
}

describe("the quoted texts of a program", () => {
  test.each([
    `a / b / c`,
    `a = /b/g.test(c) ? "d" : 'e'`,
    `f(() => { return /[/"]\\//.source; })`,
    "`a${b + `c${'d'}` + {}}e` / 2",
    "`\\`\\${` + `$` + `${1}` + `{}`",
    `"a\\"b" + 'c\\\\' + "d'"`,
    `x = y /* " */ / 2 // '`,
    `class A { #a = 1; b() { return this.#a / 2 / 3; } }; 4 / 5; (6) / 7; [8] / 9; 0xf / 1n / .5`,
    `typeof /x/, void /y/, [/z/], { a: /b/ }, a ? /c/ : /d/u, !/e/.test("")`,
  ])("of %s", (code) => {
    expect(disagreements(code)).toEqual([]);
  });

  const require = createRequire(import.meta.url);
  test.each(["esbuild", "acorn", "ses", "@jridgewell/trace-mapping", "commander"])(
    "of the package %s, as esbuild prints it, are those that acorn finds",
    (name) => {
      const { code } = transformSync(readFileSync(require.resolve(name), "utf8"), {
        loader: "ts",
        legalComments: "none",
      });
      expect(disagreements(code)).toEqual([]);
    },
  );
});

test("text is spelled differently where a compartment would refuse it, and means the same", () => {
  const code =
    'f("a --> b", `<!-- ${"import(x)"} import (y)`, /-->/, "import.meta");\nobject.import(z), { import: 1 };';
  const { text } = prepareSource(code);
  expect(text).toMatchInlineSnapshot(`
    "f("a --\\x3e b", \`\\x3c!-- \${"\\x69mport(x)"} \\x69mport (y)\`, /--\\x3e/, "\\x69mport.meta");
    object.import(z), { import: 1 };"
  `);
  const run = (source: string): unknown =>
    runInNewContext(source.split("\n")[0] ?? "", { f: (...parts: unknown[]) => parts.map(String) });
  expect((run(text) as string[]).filter((_, i) => i !== 2)).toEqual(
    (run(code) as string[]).filter((_, i) => i !== 2),
  );
});

test("a program that mentions nothing forbidden is not changed", () => {
  const code = "a -- > b; importing(1); $import(2); _import.x; x.import(3)";
  expect(prepareSource(code).text).toBe(code);
});

test("forbidden syntax is named with its place", () => {
  expect(() => prepareSource('"import(x)";\nlet y = import(x);')).toThrow(
    expect.objectContaining({
      name: "SyntaxError",
      message: "import() is not available to a submission",
      line: 2,
      column: 9,
    }),
  );
  expect(() => prepareSource("import . source(x)")).toThrow("import.source is not available");
  expect(() => prepareSource("a\n<!-- b")).toThrow(
    expect.objectContaining({
      message: "an HTML comment (<!--) is not available to a submission",
      line: 2,
    }),
  );
});
