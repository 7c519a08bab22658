/** The journal of a class: every grading, on the disk before anybody is told of it. */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { GraderError } from "../error.ts";
import type { KataResult } from "../result.ts";
import { messageOf, oneLine } from "../text.ts";
import { takeLock } from "./lock.ts";
import { encodeRecord, scanRecords } from "./record.ts";

/** One grading. */
export interface JournalEntry {
  /** What was graded, and by what: see `gradingKey`. */
  readonly key: string;
  /** Who handed it in; where several did, the first of them. */
  readonly student: string;
  readonly kata: string;
  /** How long it took; it is in no report. */
  readonly milliseconds: number;
  readonly result: KataResult;
}

/** An open journal. Nobody else can open it meanwhile. */
export interface Journal {
  /** The grading of this key; `undefined` where there is none yet. */
  get(key: string): JournalEntry | undefined;
  /** How often the grader was gone in the middle of this grading. */
  deaths(key: string): number;
  /**
   * Says that a grading begins. Unless it is added, or given up, the grader was gone in the middle of it.
   *
   * @throws GraderError `E_WRITE`
   */
  begin(key: string): void;
  /** Says that a grading that has begun comes to nothing, and that this is not its own doing. */
  giveUp(key: string): void;
  /** Every grading that is in it, also of submissions that have been replaced since. */
  entries(): Iterable<JournalEntry>;
  /**
   * Adds a grading. When this returns, it is on the disk.
   *
   * @throws GraderError `E_WRITE`, and whatever is added later throws as well
   */
  append(entry: JournalEntry): void;
  close(): void;
}

/** What its records say after the first, which names the format. */
type JournalRecord = JournalEntry | { readonly begins: string } | { readonly givesUp: string };

const FORMAT = "concurrency-katas/journal/v1";

/**
 * Opens the journal at `path`, which is made if it is not there. A last record that was never written
 * to its end is cut off: nobody was told of it.
 *
 * @throws GraderError `E_BUSY`, `E_WRITE`, or `E_BAD_JOURNAL` where something in it is damaged
 */
export function openJournal(path: string): Journal {
  const where = oneLine(path);
  const unlock = takeLock(`${path}.lock`);
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o666);
  } catch (error) {
    unlock();
    return refuse("E_WRITE", `${where} cannot be opened (${why(error)}): choose another --out`);
  }
  try {
    return readJournal(path, descriptor, unlock);
  } catch (error) {
    closeSync(descriptor);
    unlock();
    throw error;
  }
}

function readJournal(path: string, descriptor: number, unlock: () => void): Journal {
  const where = oneLine(path);
  const bytes = readAll(descriptor);
  const { records, end, damaged } = scanRecords(bytes);
  if (damaged !== undefined) {
    refuse(
      "E_BAD_JOURNAL",
      `${where} is damaged in record ${damaged}, with whole records after it: ` +
        "restore it from a backup, or move it away to grade everything again",
    );
  }
  const [head, ...rest] = records as readonly Partial<JournalRecord & { journal: string }>[];
  if (head === undefined ? bytes.length > 0 && !isTorn(bytes) : head.journal !== FORMAT) {
    refuse("E_BAD_JOURNAL", `${where} is no journal of this grader: choose another --out`);
  }
  const entries = new Map<string, JournalEntry>();
  const deaths = new Map<string, number>();
  const count = (key: string, by: 1 | -1): void => {
    deaths.set(key, (deaths.get(key) ?? 0) + by);
  };
  for (const record of rest as readonly JournalRecord[]) {
    if ("begins" in record) count(record.begins, 1);
    else if ("givesUp" in record) count(record.givesUp, -1);
    else if (!entries.has(record.key)) entries.set(record.key, record);
  }

  let at = end;
  let isBroken = false;
  const write = (value: unknown): void => {
    if (isBroken) refuse("E_WRITE", `${where} could not be written before: start again`);
    try {
      const record = encodeRecord(value);
      for (let done = 0; done < record.length;) {
        done += writeSync(descriptor, record, done, record.length - done, at + done);
      }
      fsyncSync(descriptor);
      at += record.length;
    } catch (error) {
      isBroken = true;
      refuse("E_WRITE", `${where} cannot be written (${why(error)}): make room and start again`);
    }
  };
  if (end < bytes.length) ftruncateSync(descriptor, end);
  if (head === undefined) write({ journal: FORMAT });
  syncFolder(dirname(path));

  return {
    get: (key) => entries.get(key),
    deaths: (key) => deaths.get(key) ?? 0,
    begin: (key) => write({ begins: key } satisfies JournalRecord),
    giveUp: (key) => write({ givesUp: key } satisfies JournalRecord),
    entries: () => entries.values(),
    append(entry) {
      write(entry);
      // Whoever goes on later has what was read back, so that is what counts now.
      entries.set(entry.key, JSON.parse(JSON.stringify(entry)) as JournalEntry);
    },
    close() {
      isBroken = true;
      closeSync(descriptor);
      unlock();
    },
  };
}

/** True for the beginning of the first record, and for nothing of another kind. */
function isTorn(bytes: Buffer): boolean {
  return encodeRecord({ journal: FORMAT }).subarray(0, bytes.length).equals(bytes);
}

function readAll(descriptor: number): Buffer {
  const bytes = Buffer.alloc(fstatSync(descriptor).size);
  for (let done = 0; done < bytes.length;) {
    const read = readSync(descriptor, bytes, done, bytes.length - done, done);
    if (read === 0) return bytes.subarray(0, done);
    done += read;
  }
  return bytes;
}

/** Makes the name of a new file last; where folders cannot be opened, on Windows, it does already. */
function syncFolder(folder: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(folder, "r");
  } catch {
    return;
  }
  try {
    fsyncSync(descriptor);
  } catch {
    // Not every file system can.
  } finally {
    closeSync(descriptor);
  }
}

function why(error: unknown): string {
  return oneLine(messageOf(error));
}

function refuse(code: "E_WRITE" | "E_BAD_JOURNAL", message: string): never {
  throw new GraderError(code, message);
}
