/** Records of a journal as bytes: `<length> <crc32> <json>\n`, where the length is that of the JSON. */
import { crc32 } from "node:zlib";

/** What a journal holds. */
export interface Scanned {
  readonly records: readonly unknown[];
  /** Where the next record belongs: after the last whole one. */
  readonly end: number;
  /** Number of the record, from 1, that is damaged although whole ones come after it. */
  readonly damaged?: number;
}

/** A record as one line. */
export function encodeRecord(value: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(value));
  return Buffer.concat([Buffer.from(`${json.length} ${checksum(json)} `), json, NEWLINE]);
}

/**
 * Reads records up to the first that is not whole. What a write leaves that never came to its end has
 * nothing whole after it, and counts as not written; anything else is damage.
 */
export function scanRecords(bytes: Buffer): Scanned {
  const records: unknown[] = [];
  let at = 0;
  while (at < bytes.length) {
    const found = recordAt(bytes, at);
    if (found === undefined) {
      const isDamaged = hasRecordAfter(bytes, at);
      return { records, end: at, ...(isDamaged && { damaged: records.length + 1 }) };
    }
    records.push(found.value);
    at = found.end;
  }
  return { records, end: at };
}

const NEWLINE = Buffer.from("\n");
/** `<length> <crc32> ` at most. */
const HEAD = 20;

function recordAt(bytes: Buffer, at: number): { value: unknown; end: number } | undefined {
  const head = /^(\d{1,10}) ([0-9a-f]{8}) /.exec(bytes.toString("latin1", at, at + HEAD));
  if (head === null) return undefined;
  const start = at + head[0].length;
  const end = start + Number(head[1]);
  if (bytes[end] !== NEWLINE[0]) return undefined;
  const json = bytes.subarray(start, end);
  if (checksum(json) !== head[2]) return undefined;
  return { value: JSON.parse(json.toString("utf8")), end: end + 1 };
}

function hasRecordAfter(bytes: Buffer, from: number): boolean {
  for (let at = bytes.indexOf(NEWLINE, from); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) {
    if (recordAt(bytes, at + 1) !== undefined) return true;
  }
  return false;
}

function checksum(bytes: Buffer): string {
  return crc32(bytes).toString(16).padStart(8, "0");
}
