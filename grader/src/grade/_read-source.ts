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
  requireFile(path, where);
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

/** What something is itself; a link is never followed. */
export type Kind = "file" | "folder" | "link" | "special";

/** What an entry of a folder, or what `lstat` says, is. */
export function kindOf(found: Pick<Stats, "isFile" | "isDirectory" | "isSymbolicLink">): Kind {
  if (found.isSymbolicLink()) return "link";
  return found.isDirectory() ? "folder" : found.isFile() ? "file" : "special";
}

/**
 * Requires that something is a file or a folder itself, and no link to one.
 *
 * @throws GraderError `E_BAD_SUBMISSION`, which calls it `where`
 */
export function requireKind(found: Kind | undefined, kind: "file" | "folder", where: string): void {
  if (found === kind) return;
  if (found === undefined) return refuse(where, "cannot be read: check its permissions");
  if (found === "link") {
    refuse(where, `is a symbolic link, which is never followed: put the ${kind} itself there`);
  }
  const words = found === "special" ? "a special file" : `a ${found}`;
  refuse(where, `is ${words}, and a ${kind} is needed there`);
}

function requireFile(path: string, where: string): void {
  let stats: Stats;
  try {
    stats = lstatSync(path);
  } catch (error) {
    return refuse(where, `cannot be read (${oneLine(messageOf(error))})`);
  }
  requireKind(kindOf(stats), "file", where);
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

/**
 * The text of a source file, which must be UTF-8 and at most `limit` bytes.
 *
 * @throws GraderError `E_BAD_SUBMISSION`, which calls the file `where`
 */
export function decode(bytes: Buffer, where: string, limit: number): string {
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
