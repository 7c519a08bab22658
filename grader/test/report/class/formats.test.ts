import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import type { ClassResult, ClassStudent } from "../../../src/grade/class/result.ts";
import { readClassResult } from "../../../src/grade/class/class-file.ts";
import {
  classLines,
  toClassPage,
  toClassSummary,
  toCtrf,
  toGradescope,
  toGradesCsv,
  toJUnit,
} from "../../../src/report/class/index.ts";
import { toJson } from "../../../src/report/index.ts";
import { CLASS, elementsIn, PAYLOADS } from "./_class.ts";

const schemaOf = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../../../schema/${name}`, import.meta.url), "utf8")) as object;
const isClass = new Ajv2020({ allErrors: true, schemas: [schemaOf("result.schema.json")] }).compile(
  schemaOf("class.schema.json"),
);
const LINES = classLines(CLASS);
const linesOf = (one: ClassStudent): typeof LINES => LINES.filter(({ student }) => student === one);
const TOTAL = { earned: CLASS.earned, points: CLASS.points };

test("the JSON follows its schema, and is read again", () => {
  const text = toJson(CLASS);
  isClass(JSON.parse(text));
  expect(isClass.errors).toBeNull();
  expect(toJson(readClassResult(text, "results.json"))).toBe(text);
});

test.each([
  ["another version", { ...CLASS, schema: "concurrency-katas/class/v2" }],
  ["a field too many", { ...CLASS, more: 1 }],
  ["no students", { ...CLASS, students: [] }],
  ["a missing grade with a submission only", withCell({ state: "missing" })],
  ["a grade with a reason", withCell({ reason: "no" })],
  ["a state that is none", withCell({ state: "lost" })],
])("%s does not follow the schema", (_, value) => {
  expect(isClass(JSON.parse(JSON.stringify(value)))).toBe(false);
});

test("all formats have the same totals", () => {
  const csv = parse(toGradesCsv(CLASS), { columns: true }) as Record<string, string>[];
  const sum = (values: readonly (number | string | undefined)[]): number =>
    values.reduce<number>((total, value) => total + Number(value), 0);
  expect({
    earned: sum(csv.map((row) => row["earned"])),
    points: sum(csv.map((row) => row["points"])),
  }).toEqual(TOTAL);
  expect(sum(csv.flatMap((row) => [row["tiny"], row["wee"]]))).toBe(TOTAL.earned);

  const junit = elementsIn(toJUnit(LINES));
  const property = (name: string): number =>
    sum(
      junit
        .filter(({ attributes }) => attributes["name"] === name)
        .map(({ attributes }) => attributes["value"]),
    );
  expect({ earned: property("earned"), points: property("points") }).toEqual(TOTAL);
  const cases = junit
    .filter(({ name }) => name === "testcase")
    .map(({ attributes }) => /\((\d+)\/(\d+)\)$/.exec(attributes["name"]!)!);
  expect({ earned: sum(cases.map(([, a]) => a)), points: sum(cases.map(([, , b]) => b)) }).toEqual(
    TOTAL,
  );

  const { results } = JSON.parse(toCtrf(CLASS, LINES)) as {
    results: { summary: { extra: object }; tests: { extra: { earned: number; points: number } }[] };
  };
  expect(results.summary.extra).toEqual(TOTAL);
  expect({
    earned: sum(results.tests.map(({ extra }) => extra.earned)),
    points: sum(results.tests.map(({ extra }) => extra.points)),
  }).toEqual(TOTAL);

  const gradescope = CLASS.students.map(
    (student) =>
      JSON.parse(toGradescope(student, linesOf(student))) as {
        score: number;
        tests: { score: number; max_score: number }[];
      },
  );
  expect(sum(gradescope.map(({ score }) => score))).toBe(TOTAL.earned);
  expect({
    earned: sum(gradescope.flatMap(({ tests }) => tests.map(({ score }) => score))),
    points: sum(gradescope.flatMap(({ tests }) => tests.map(({ max_score }) => max_score))),
  }).toEqual(TOTAL);

  expect(toClassSummary(CLASS)).toContain(`: ${TOTAL.earned}/${TOTAL.points} points\n`);
  const rows = [...toClassSummary(CLASS).matchAll(/\| (\d+)\/(\d+) \|$/gm)];
  expect({ earned: sum(rows.map(([, a]) => a)), points: sum(rows.map(([, , b]) => b)) }).toEqual(
    TOTAL,
  );

  const shown = [...toClassPage(CLASS).matchAll(/<td class="num"><span>(\d+)\/(\d+)</g)];
  expect({ earned: sum(shown.map(([, a]) => a)), points: sum(shown.map(([, , b]) => b)) }).toEqual(
    TOTAL,
  );
});

test("tests are counted alike in JUnit and CTRF", () => {
  const [root] = elementsIn(toJUnit(LINES));
  expect(root!.attributes).toMatchObject({ tests: "16", failures: "5", errors: "4", skipped: "2" });
  const { results } = JSON.parse(toCtrf(CLASS, LINES)) as {
    results: { summary: object; tests: { status: string }[] };
  };
  expect(results.summary).toMatchObject({ tests: 16, passed: 5, failed: 5, other: 4, skipped: 2 });
  expect(results.tests.filter(({ status }) => status === "failed")).toHaveLength(5);
});

test("no cell of the table is a formula, and every row is as long as the first", () => {
  const hostile = {
    ...CLASS,
    students: PAYLOADS.map((text) => ({ ...CLASS.students[0]!, student: text })),
  };
  const text = toGradesCsv(hostile);
  const rows: string[][] = parse(text);
  expect(new Set(rows.map((row) => row.length))).toEqual(new Set([rows[0]!.length]));
  for (const cell of rows.flat()) expect(cell.normalize("NFKC")).not.toMatch(/^\s*[=+\-@\t\r\n]/);
  expect(text).toContain(`"'=HYPERLINK(1)"`);
  expect(text).toContain(`"'\uFF1D1+1"`);
  expect(text.split("\r\n").every((line) => line === "" || /^".*"$/.test(line))).toBe(true);
});

test("the table of points", () => {
  expect(toGradesCsv(CLASS)).toBe(
    [
      '"student","late","tiny","wee","earned","points","missing","unreadable","not graded"',
      '"ada","no","100","100","200","200","","",""',
      '"bo","yes","40","0","40","200","wee","",""',
      `"cy d'Arc+1@x","no","0","0","0","200","","wee",""`,
      '"李雷","no","0","0","0","200","","","wee"',
      "",
    ].join("\r\n"),
  );
});

test("a test of CTRF has the fields that the format knows, and no others", () => {
  const { results } = JSON.parse(toCtrf(CLASS, LINES)) as { results: { tests: object[] } };
  const known = ["name", "status", "duration", "suite", "message", "trace", "extra"];
  for (const one of results.tests) {
    expect(Object.keys(one).filter((key) => !known.includes(key))).toEqual([]);
  }
});

test("what a student sees on Gradescope is plain text", () => {
  const result = JSON.parse(toGradescope(CLASS.students[2]!, linesOf(CLASS.students[2]!))) as {
    output_format: string;
    tests: { output_format?: string; output?: string; number: string; status: string }[];
  };
  expect(result.output_format).toBe("text");
  expect(result.tests.map(({ number, status }) => `${number} ${status}`)).toEqual([
    "1.1 failed",
    "1.2 failed",
    "2.1 failed",
    "2.2 failed",
  ]);
  for (const { output, output_format } of result.tests) {
    expect(output_format).toBe("text");
    expect(output).not.toMatch(/[^\P{C}\n]/u);
  }
});

test("the summary says who and what", () => {
  expect(toClassSummary(CLASS)).toMatchInlineSnapshot(`
    "# 4 students, 2 katas: 240/800 points

    5 graded · 1 missing · 1 unreadable · 1 not graded · 1 students late

    | student | \` tiny \` | \` wee \` | points |
    |---|---:|---:|---:|
    | ada | 100 | 100 | 200/200 |
    | bo (late) | 40 | missing | 40/200 |
    | cy d'Arc\\+1@<!-- -->x | 0 | unreadable | 0/200 |
    | 李雷 | 0 | not graded | 0/200 |

    ## What went wrong

    | | students | where |
    |---|---:|---|
    | lost update | 2 | \` tiny \` 2 |

    ## Much alike

    For a person to look at: names, types, comments and layout do not count, and no grade depends on it.

    - \` tiny \`: ada 100 %, cy d'Arc\\+1@<!-- -->x 71 %, reference, alternative ticket
    "
  `);
});

function withCell(changes: Readonly<Record<string, unknown>>): unknown {
  const [first, ...others] = CLASS.students;
  const [cell, ...more] = first!.katas;
  const katas = [{ ...cell!, ...changes }, ...more];
  return { ...CLASS, students: [{ ...first!, katas }, ...others] } satisfies {
    [Name in keyof ClassResult]: unknown;
  };
}
