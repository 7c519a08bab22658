import { expect, test } from "vitest";
import { toJson } from "../../src/report/index.ts";
import { grade, kata, line, overdraft, passed } from "./_results.ts";

const result = grade(
  kata({
    scenarios: [overdraft, passed("T1", "deposits")],
    rubric: [line("T2", "withdraws", 0, 10)],
  }),
);

test("JSON gives the result back", () => {
  expect(JSON.parse(toJson(result))).toEqual(result);
});

test("equal results give equal text, in whatever order they were put together", () => {
  const reversed = JSON.parse(toJson(result), (_key, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toReversed())
      : value,
  ) as typeof result;
  expect(Object.keys(reversed)[0]).toBe("submission");
  expect(toJson(reversed)).toBe(toJson(result));
});

test("JSON keeps line breaks, drops what is not there and ends with one", () => {
  const message = "Expected ;\n  return 1\n        ^";
  const text = toJson(grade(kata({ scenarios: [{ ...overdraft, message }], rubric: [] })));
  expect(text).toContain(String.raw`"Expected ;\n  return 1\n        ^"`);
  expect(text.endsWith("}\n")).toBe(true);
});
