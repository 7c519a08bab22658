import { expect, test } from "vitest";
import { parseAlternativeHeader, parseMutantHeader } from "../../../src/grade/check/header.ts";
import { mutantHeader } from "../_course.ts";

test("a mutant says what is wrong with it and who must find out", () => {
  const header = mutantHeader({ sees: "One of two steps\n *   is gone." });
  expect(parseMutantHeader(`${header}\nexport {};`, "load-then-store")).toEqual({
    kind: "header",
    header: {
      mutant: "load-then-store",
      bug: "count() is a load and a store.",
      killedBy: "T1",
      verdict: "violation",
      diagnosis: "lost-update",
      sees: "One of two steps is gone.",
    },
  });
});

const MALFORMED: readonly [string, string, string][] = [
  ["no comment", "export {};", "it does not begin with a doc comment"],
  ["a comment that comes late", `import "x";\n${mutantHeader()}`, "it does not begin with a doc"],
  ["a missing tag", mutantHeader().replace(/.*@sees.*\n/, ""), "@sees is missing"],
  ["an empty tag", mutantHeader({ bug: "" }), "@bug is empty"],
  ["a tag twice", mutantHeader().replace(/(.*@bug.*\n)/, "$1$1"), "@bug is there 2 times"],
  ["an unknown tag", mutantHeader({ author: "me" }), "@author is not a known tag"],
  ["another name", mutantHeader({ mutant: "x" }), '@mutant is "x", and the file is named load-'],
  ["no scenario", mutantHeader({ "killed-by": "all" }), '@killed-by is "all": it must be one'],
  ["two scenarios", mutantHeader({ "killed-by": "T1, T2" }), '@killed-by is "T1, T2": it must be'],
  ["no verdict", mutantHeader({ verdict: "bad" }), '@verdict is "bad": it must be race, violation'],
  ["pass as a verdict", mutantHeader({ verdict: "pass" }), '@verdict is "pass": it must be race'],
  ["a sentence as a diagnosis", mutantHeader({ diagnosis: "A bug" }), '@diagnosis is "A bug": it'],
];

test.each(MALFORMED)("a mutant with %s is refused", (_name, source, problem) => {
  const parsed = parseMutantHeader(source, "load-then-store");
  expect(parsed.kind === "problems" && parsed.problems.join("; ")).toContain(problem);
});

test("an alternative says how it differs", () => {
  const source = "/** @alternative cas-loop — replaces the value in one step. */";
  expect(parseAlternativeHeader(source, "cas-loop")).toEqual({
    kind: "header",
    header: { how: "replaces the value in one step." },
  });
});

test.each([
  "export {};",
  "/** A solution. */",
  "/** @alternative cas-loop */",
  "/** @alternative other — replaces the value. */",
  "/** @alternative cas-loop — replaces it.\n * @author me */",
])("an alternative with the header %j is refused", (source) => {
  expect(parseAlternativeHeader(source, "cas-loop").kind).toBe("problems");
});
