/** What every push-time format keeps to, whatever a submission put into its texts. */
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect } from "vitest";
import type { GradeResult, KataResult } from "../../src/grade/result.ts";
import {
  encodeText,
  escapeMarkdown,
  markdownCode,
  plainText,
  toAnnotations,
  toClassroom,
  toClassroom50,
  toMarkdown,
} from "../../src/report/index.ts";
import { enlarged, hostile, results } from "./_arbitrary.ts";
import { type ClassroomResult, commandsIn, partsOf, reported } from "./_readers.ts";

/** What no report may hold: controls but a line break, formatting characters, half characters. */
const FORBIDDEN = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

const ajv = new Ajv2020({ allErrors: true });

function schema(name: string): (value: unknown) => void {
  const file = new URL(`../../schema/${name}.schema.json`, import.meta.url);
  const isValid = ajv.compile(JSON.parse(readFileSync(file, "utf8")) as object);
  return (value) => {
    if (!isValid(value)) throw new Error(ajv.errorsText(isValid.errors));
  };
}

const requireClassroom = schema("classroom");
const requireClassroom50 = schema("classroom50");

function bytes(text: string): number {
  return Buffer.byteLength(text);
}

function requireEqual(seen: unknown, wanted: unknown): void {
  if (seen !== wanted) expect(seen).toEqual(wanted);
}

/** Points of the lines that were run: earned, and possible. */
function pointsOf(katas: readonly KataResult[]): readonly [number, number] {
  const lines = katas.flatMap(({ rubric }) => rubric).filter(({ reason }) => reason !== "not run");
  return [
    lines.reduce((sum, { earned }) => sum + earned, 0),
    lines.reduce((sum, { points }) => sum + points, 0),
  ];
}

const HTML = /^html (?:<!-- -->|<\/details>|<details><summary>[^<>]*<\/summary>)$/;
const BLOCKS = new Set([
  "heading_open",
  "paragraph_open",
  "table_open",
  "thead_open",
  "tbody_open",
  "tr_open",
  "th_open",
  "td_open",
  "fence",
  "code_inline",
]);

function checkSummary(result: GradeResult): void {
  const text = toMarkdown(result);
  expect(bytes(text)).toBeLessThan(1_000_000);
  if (FORBIDDEN.test(text)) expect(text).not.toMatch(FORBIDDEN);
  const parts = partsOf(text);
  requireEqual(
    parts.find((part) => !BLOCKS.has(part) && !HTML.test(part)),
    undefined,
  );
  const count = (wanted: string): number => parts.filter((part) => part === wanted).length;
  const failed = result.katas.flatMap(({ scenarios }) => scenarios).filter(isOpen);
  requireEqual(count("heading_open"), 1 + result.katas.length);
  requireEqual(count("table_open"), result.katas.length);
  requireEqual(count("fence"), failed.length);
  const rows = result.katas.reduce((sum, { rubric }) => sum + 1 + rubric.length, 0);
  requireEqual(count("tr_open"), rows);
  requireEqual(count("td_open") + count("th_open"), 4 * rows);
}

function isOpen({ verdict }: KataResult["scenarios"][number]): boolean {
  return verdict !== "pass";
}

function checkAnnotations(result: GradeResult): void {
  const text = toAnnotations(result);
  if (FORBIDDEN.test(text)) expect(text).not.toMatch(FORBIDDEN);
  const lines = text === "" ? [] : text.trimEnd().split("\n");
  const commands = commandsIn(text);
  requireEqual(commands.length, lines.length);
  for (const { name, properties, data } of commands) {
    expect(["error", "warning", "notice"]).toContain(name);
    for (const [key, value] of Object.entries(properties)) {
      expect(["file", "line", "title"]).toContain(key);
      expect(value).toMatch(/^[^\r\n]+$/);
    }
    if ("line" in properties) expect(properties["line"]).toMatch(/^[1-9]\d*$/);
    if ("file" in properties) expect(properties["file"]).toMatch(/^katas\//);
    // Why, what was expected, the contract, what replays it.
    expect(data.split(/[\r\n]/).length).toBeLessThanOrEqual(4);
    expect(bytes(data)).toBeLessThan(32_000);
  }
  for (const kind of ["error", "warning", "notice"]) {
    expect(commands.filter(({ name }) => name === kind).length).toBeLessThanOrEqual(10);
  }
}

function checkClassroom(kata: KataResult): void {
  const text = toClassroom(kata);
  const parsed = JSON.parse(text) as ClassroomResult;
  requireClassroom(parsed);
  expect(bytes(text)).toBeLessThanOrEqual(90_000);
  if (FORBIDDEN.test(text)) expect(text).not.toMatch(FORBIDDEN);
  const { table, total, maximum, log } = reported(parsed);
  requireEqual(table, total);
  expect(commandsIn(log)).toEqual([]);
  const [earned, points] = pointsOf([kata]);
  requireEqual(maximum, points === 0 ? 0 : 1_000);
  if (points > 0) {
    expect(Math.abs(total / 1_000 - earned / points)).toBeLessThanOrEqual(kata.rubric.length / 100);
  }
  requireEqual(parsed.status === "pass", total === 1_000);
}

const submission = {
  classroom: "os",
  assignment: "bank",
  type: "individual",
  owner: "ada",
  tag: "submit/2026-11-21T19-38-00Z-abc",
  commit: "https://github.com/os/x/commit/abc",
  release: "https://github.com/os/x/releases/tag/y",
  review: "https://github.com/os/x/commit/abc",
  datetime: "2026-11-21T19:38:00Z",
} as const;

function checkClassroom50(result: GradeResult): void {
  const text = toClassroom50(result, submission);
  if (FORBIDDEN.test(text)) expect(text).not.toMatch(FORBIDDEN);
  const parsed = JSON.parse(text) as {
    score: number;
    "max-score": number;
    tests: readonly { "test-name": string; score: number; "max-score": number }[];
  };
  requireClassroom50(parsed);
  const [earned, points] = pointsOf(result.katas);
  requireEqual(parsed.score, earned);
  requireEqual(parsed["max-score"], points);
  requireEqual(
    parsed.tests.reduce((sum, { score }) => sum + score, 0),
    earned,
  );
  for (const one of parsed.tests) expect(one.score).toBeLessThanOrEqual(one["max-score"]);
  // Its runner makes a table of Markdown, with the names as they are.
  const table = parsed.tests.map((one) => `| ${one["test-name"]} | FAIL |\n`).join("");
  const parts = partsOf(`| a | b |\n|---|---|\n${table}`);
  requireEqual(parts.filter((part) => part === "td_open").length, 2 * parsed.tests.length);
  requireEqual(
    parts.find((part) => !BLOCKS.has(part) || part === "code_inline"),
    undefined,
  );
}

/** Generates results, and reads each format of them as what it is for reads it. */
export function checkResults(count: number): void {
  fc.assert(
    fc.property(results, (result) => {
      checkSummary(result);
      checkAnnotations(result);
      for (const kata of result.katas) checkClassroom(kata);
      checkClassroom50(result);
    }),
    { numRuns: count },
  );
}

/** Job summary, and the outputs of a job: GitHub drops what is larger. */
const MOST = 1 << 20;

/** Enlarges generated results, and measures what is made of them. */
export function checkSizes(count: number): void {
  fc.assert(
    fc.property(results.map(enlarged), (result) => {
      expect(bytes(toMarkdown(result))).toBeLessThan(MOST);
      checkAnnotations(result);
      const katas = result.katas.map(toClassroom);
      for (const text of katas) expect(bytes(text)).toBeLessThanOrEqual(90_000);
      const outputs = katas.reduce((sum, text) => sum + Math.ceil(bytes(text) / 3) * 4, 0);
      expect(outputs).toBeLessThan(MOST);
    }),
    { numRuns: count },
  );
}

/** Texts that go into one document together, so that they can be parsed at a stroke. */
const BATCH = 100;

/** Generates texts, and reads each form of text as what it is for reads it. */
export function checkTexts(count: number): void {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: BATCH, maxLength: BATCH }), (texts) => {
      checkMarkdown(texts);
      checkPlain(texts);
      for (const text of texts) checkEncoded(encodeText(text));
    }),
    { numRuns: count / BATCH },
  );
}

function checkMarkdown(texts: readonly string[]): void {
  const rows = texts.map((text) => `| ${escapeMarkdown(text)} | ${markdownCode(text)} |`);
  const parts = partsOf(`| a | b |\n|---|---|\n${rows.join("\n")}\n`);
  requireEqual(parts.filter((part) => part === "tr_open").length, texts.length + 1);
  requireEqual(parts.filter((part) => part === "td_open").length, 2 * texts.length);
  requireEqual(
    parts.find((part) => !BLOCKS.has(part) && part !== "html <!-- -->"),
    undefined,
  );
}

function checkPlain(texts: readonly string[]): void {
  const plain = texts.map((text) => plainText(text));
  const parts = partsOf(plain.join("\n\n"));
  requireEqual(
    parts.find((part) => part !== "paragraph_open"),
    undefined,
  );
  requireEqual(parts.length, texts.length);
  requireEqual(commandsIn(plain.join("\n")).length, 0);
}

function checkEncoded(text: string): void {
  if (FORBIDDEN.test(text) || text.includes("\n")) expect(text).toBe("one line, nothing live");
}
