import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readClassResult } from "../../../src/grade/class/class-file.ts";
import { openJournal } from "../../../src/grade/class/journal.ts";
import { encodeRecord, scanRecords } from "../../../src/grade/class/record.ts";
import { parseRoster } from "../../../src/grade/class/roster.ts";
import { GraderError } from "../../../src/grade/error.ts";
import {
  classLines,
  toClassPage,
  toClassSummary,
  toCtrf,
  toGradesCsv,
  toJUnit,
} from "../../../src/report/class/index.ts";
import { toJson } from "../../../src/report/index.ts";
import { CLASS } from "../../report/class/_class.ts";
import { folderOf } from "../_course.ts";
import { entryOf } from "./_class.ts";

/** What `work` gives, or the code of its one line of refusal. */
function attempt<T>(work: () => T): T | GraderError["code"] {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof GraderError)) throw error;
    expect(error.message).not.toMatch(/\p{Cc}/u);
    return error.code;
  }
}

const cell = fc.oneof(
  fc.constantFrom(
    "student",
    "path",
    "commit",
    "due",
    "submitted",
    "ada",
    "HEAD",
    '"',
    "\uFEFF",
    "",
  ),
  fc.string({ unit: "binary", maxLength: 12 }),
);
const table = fc
  .array(fc.array(cell, { maxLength: 5 }), { maxLength: 5 })
  .map((rows) => rows.map((row) => row.join(",")).join("\n"));

test("any text is a roster, or is refused with one line", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        table,
        table.map((rows) => `student,path\n${rows}`),
        fc.string({ unit: "binary" }),
      ),
      (text) => {
        const found = attempt(() => parseRoster(text, { where: "class.csv", folder: "/class" }));
        expect(typeof found === "string" ? found : "a roster").toMatch(
          /^(?:E_BAD_ROSTER|a roster)$/,
        );
      },
    ),
    { seed: 7, numRuns: 500 },
  );
});

test("whatever is appended to a journal, or changed in it, it is read or refused with one line", () => {
  const whole = Buffer.concat([
    encodeRecord({ journal: "concurrency-katas/journal/v1" }),
    ...[0, 1, 2].map((i) => encodeRecord(entryOf(i))),
  ]);
  const folder = folderOf({});
  fc.assert(
    fc.property(
      fc.nat(whole.length - 1),
      fc.uint8Array({ maxLength: 8 }),
      fc.boolean(),
      (at, bytes, isAppended) => {
        const changed = isAppended
          ? Buffer.concat([whole, bytes])
          : Buffer.concat([whole.subarray(0, at), bytes, whole.subarray(at + bytes.length)]);
        const { records } = scanRecords(changed);
        expect(records.length).toBeLessThanOrEqual(4);
        const path = join(folder, "journal");
        writeFileSync(path, changed);
        const opened = attempt(() => {
          const journal = openJournal(path);
          const keys = [...journal.entries()].map(({ key }) => key);
          journal.close();
          return keys;
        });
        if (isAppended) expect(opened).toHaveLength(3);
        else if (typeof opened === "string") expect(opened).toBe("E_BAD_JOURNAL");
        else expect(["key 0", "key 1", "key 2"]).toEqual(expect.arrayContaining(opened));
      },
    ),
    { seed: 7, numRuns: 200 },
  );
});

test("a result in which anything is changed is refused with one line, or can be reported", () => {
  const text = toJson(CLASS);
  const places = placesIn(JSON.parse(text));
  fc.assert(
    fc.property(
      fc.constantFrom(...places),
      fc.constantFrom<unknown>(undefined, null, "", "x", -1, 1.5, [], {}, true),
      (path, value) => {
        const changed = JSON.parse(text) as Record<string, unknown>;
        set(changed, path, value);
        const found = attempt(() => readClassResult(JSON.stringify(changed), "results.json"));
        if (typeof found === "string") {
          expect(found).toBe("E_BAD_CLASS");
          return;
        }
        const lines = classLines(found);
        for (const report of [
          toClassPage(found),
          toClassSummary(found),
          toGradesCsv(found),
          toJUnit(lines),
          toCtrf(found, lines),
        ]) {
          expect(report).not.toBe("");
        }
      },
    ),
    { seed: 7, numRuns: 400 },
  );
});

type Path = readonly (string | number)[];

/** Every place in a value of plain data. */
function placesIn(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  const inside = [...keys].flatMap((key) =>
    placesIn((value as Record<string | number, unknown>)[key], [...path, key]),
  );
  return path.length === 0 ? inside : [path, ...inside];
}

function set(value: Record<string | number, unknown>, [key, ...rest]: Path, to: unknown): void {
  if (rest.length === 0) value[key!] = to;
  else set(value[key!] as Record<string | number, unknown>, rest, to);
}
