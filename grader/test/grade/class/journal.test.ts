import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openJournal } from "../../../src/grade/class/journal.ts";
import { takeLock } from "../../../src/grade/class/lock.ts";
import { encodeRecord, scanRecords } from "../../../src/grade/class/record.ts";
import { folderOf } from "../_course.ts";
import { entryOf } from "./_class.ts";

const COUNT = 60;
/** Records that are cut at every byte. */
const LAST = 50;

test("a record says its length and its checksum", () => {
  expect(encodeRecord({ a: "→" }).toString()).toBe('11 a6a7433c {"a":"→"}\n');
});

test("a journal that is cut at any byte of its last 50 records keeps every whole one", () => {
  const { bytes, ends } = journalOf(COUNT);
  const from = ends.at(-1 - LAST)!;
  let cuts = 0;
  for (let cut = from; cut <= bytes.length; cut++) {
    const { records, end, damaged } = scanRecords(bytes.subarray(0, cut));
    const whole = ends.filter((at) => at <= cut).length;
    if (records.length !== whole || end !== ends[whole - 1] || damaged !== undefined) {
      expect({ cut, records: records.length, end, damaged }).toBe(whole);
    }
    cuts++;
  }
  expect(cuts).toBe(bytes.length - from + 1);
  expect(cuts).toBeGreaterThan(LAST * 100);
});

test("what is cut off is written again, and the journal is as if nothing had been", () => {
  const { bytes, ends } = journalOf(COUNT);
  const cuts = ends.slice(-4).flatMap((end) => [end - 1, end, end + 1, end + 30]);
  for (const cut of [0, 1, 25, ...cuts].filter((at) => at <= bytes.length)) {
    const path = join(folderOf({}), "journal");
    writeFileSync(path, bytes.subarray(0, cut));
    const journal = openJournal(path);
    for (let i = 0; i < COUNT; i++) {
      if (journal.get(entryOf(i).key) === undefined) journal.append(entryOf(i));
    }
    journal.close();
    expect(readFileSync(path).equals(bytes)).toBe(true);
  }
});

test("a byte that is changed in the middle is refused with one line, which names the record", () => {
  const { bytes, ends } = journalOf(10);
  for (const at of [0, 3, 12, ends[4]!, ends[4]! + 4, ends[4]! + 40, ends[5]! - 1]) {
    const path = join(folderOf({}), "journal");
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    writeFileSync(path, changed);
    const record = ends.filter((end) => end <= at).length + 1;
    expect(() => openJournal(path)).toThrow(
      new RegExp(`^[^\\n]*journal is damaged in record ${record}, with whole records after it`),
    );
    expect(readFileSync(path).equals(changed)).toBe(true);
    expect(existsSync(`${path}.lock`)).toBe(false);
  }
});

test("a file of another kind is refused, and left as it is", () => {
  for (const text of ["hello", '{"a":1}\n', encodeRecord({ journal: "another/v9" }).toString()]) {
    const path = join(folderOf({ journal: text }), "journal");
    expect(() => openJournal(path)).toThrow(/is no journal of this grader: choose another --out/);
    expect(readFileSync(path, "utf8")).toBe(text);
  }
});

test("what was added counts as it is read back", () => {
  const path = join(folderOf({}), "journal");
  const entry = { ...entryOf(1), result: { ...entryOf(1).result, more: undefined } };
  const journal = openJournal(path);
  journal.append(entry);
  const now = journal.get(entry.key);
  journal.close();
  const again = openJournal(path);
  expect(JSON.stringify(again.get(entry.key))).toBe(JSON.stringify(now));
  expect(Object.keys(now!.result)).not.toContain("more");
  again.close();
});

test("after a write that failed, nothing is added any more", () => {
  const path = join(folderOf({}), "journal");
  const journal = openJournal(path);
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  const bad = { ...entryOf(1), result: circle } as unknown as ReturnType<typeof entryOf>;
  expect(() => journal.append(bad)).toThrow(/cannot be written/);
  expect(() => journal.append(entryOf(2))).toThrow(/could not be written before/);
  journal.close();
});

test("two at once is one too many", () => {
  const path = join(folderOf({}), "journal");
  const journal = openJournal(path);
  expect(() => openJournal(path)).toThrow(/another katas works there/);
  journal.close();
  openJournal(path).close();
});

test("the lock of a process that is gone, or was written half, counts for nothing", () => {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  const folder = folderOf({});
  const path = join(folder, "lock");
  takeLock(path);
  const mine = readFileSync(path, "utf8");
  for (const stale of [
    mine.replace(`"pid":${process.pid}`, `"pid":${pid}`),
    mine.slice(0, 9),
    "",
  ]) {
    expect(stale).not.toBe(mine);
    writeFileSync(path, stale);
    const unlock = takeLock(path);
    expect(readFileSync(path, "utf8")).toBe(mine);
    unlock();
    expect(readdirSync(folder)).toEqual([]);
  }
});

test.runIf(existsSync("/proc/self/stat"))(
  "a number that was given to another process is no holder",
  () => {
    const path = join(folderOf({}), "lock");
    takeLock(path);
    const mine = readFileSync(path, "utf8");
    writeFileSync(path, mine.replace(/\d+"\}$/, '1"}'));
    takeLock(path)();
  },
);

/** The bytes of a journal, and where each of its records ends, the first line included. */
function journalOf(count: number): { bytes: Buffer; ends: readonly number[] } {
  const path = join(folderOf({}), "journal");
  const journal = openJournal(path);
  const ends = [readFileSync(path).length];
  for (let i = 0; i < count; i++) {
    journal.append(entryOf(i));
    ends.push(ends.at(-1)! + encodeRecord(entryOf(i)).length);
  }
  journal.close();
  const bytes = readFileSync(path);
  expect(ends.at(-1)).toBe(bytes.length);
  return { bytes, ends };
}
