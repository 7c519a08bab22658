import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  type Stats,
} from "node:fs";
import { GraderError } from "./error.ts";
import { messageOf, oneLine } from "./text.ts";

/**
 * The text of a regular file of at most `limit` bytes of valid UTF-8.
 *
 * Nothing else is ever opened for long: a symbolic link is not followed, a pipe or a device is
 * closed unread, and no more is read than the limit even if the file grows meanwhile.
 *
 * @throws GraderError `E_BAD_SUBMISSION`, which calls the file `where`
 */
export function readSource(path: string, where: string, limit: number): string {
  requireKind(path, where, "file");
  let descriptor: number;
  try {
    // Where there is no O_NOFOLLOW, on Windows, the check above has to do.
    const noFollow = constants.O_NOFOLLOW ?? 0;
    const noBlock = constants.O_NONBLOCK ?? 0;
    descriptor = openSync(path, constants.O_RDONLY | noFollow | noBlock);
  } catch (error) {
    return refuse(where, `cannot be read (${oneLine(messageOf(error))}): check its permissions`);
  }
  try {
    if (!fstatSync(descriptor).isFile()) refuse(where, "is no regular file: replace it by one");
    return decode(readAtMost(descriptor, limit + 1), where, limit);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Requires that `path` is a file or a folder itself, and no link to one.
 *
 * @throws GraderError `E_BAD_SUBMISSION`, which calls it `where`
 */
export function requireKind(path: string, where: string, kind: "file" | "folder"): void {
  let stats: Stats;
  try {
    stats = lstatSync(path);
  } catch (error) {
    return refuse(where, `cannot be read (${oneLine(messageOf(error))})`);
  }
  if (stats.isSymbolicLink()) {
    refuse(where, `is a symbolic link, which is never followed: put the ${kind} itself there`);
  }
  if (kind === "file" ? stats.isFile() : stats.isDirectory()) return;
  const found = stats.isDirectory() ? "a folder" : stats.isFile() ? "a file" : "a special file";
  refuse(where, `is ${found}, and a ${kind} is needed there`);
}

function readAtMost(descriptor: number, size: number): Buffer {
  const buffer = Buffer.alloc(size);
  let length = 0;
  while (length < size) {
    const read = readSync(descriptor, buffer, length, size - length, null);
    if (read === 0) break;
    length += read;
  }
  return buffer.subarray(0, length);
}

function decode(bytes: Buffer, where: string, limit: number): string {
  if (bytes.length > limit) {
    refuse(where, `is larger than the ${Math.floor(limit / 1024)} KiB that are left: shorten it`);
  }
  if (bytes.includes(0)) refuse(where, "holds a NUL byte, so it is no source: save it as UTF-8");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refuse(where, "is not valid UTF-8: save it as UTF-8");
  }
}

function refuse(where: string, what: string): never {
  throw new GraderError("E_BAD_SUBMISSION", `${oneLine(where)} ${what}`);
}
