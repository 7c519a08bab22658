import { expect, test } from "vitest";
import { withImportCalls } from "../../../src/runtime/processes/import-calls.ts";

test("import(…) becomes a call of the engine's, and every column stays", () => {
  const code =
    'const a = await_(import("./a.ts")); // import("b")\nreturn `${import(x)} import(y)`;';
  const changed = withImportCalls(code);
  expect(changed).toBe(
    'const a = await_(imp0rt("./a.ts")); // import("b")\nreturn `${imp0rt(x)} import(y)`;',
  );
  expect(changed).toHaveLength(code.length);
});

test("a property that is called import stays", () => {
  expect(withImportCalls("kata.import(1);")).toBe("kata.import(1);");
});

test("what does not parse stays as it is, and says so when it is compiled", () => {
  expect(withImportCalls("import(")).toBe("import(");
});
