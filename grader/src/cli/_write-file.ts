import {
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from "node:fs";
import { dirname, resolve } from "node:path";
import process from "node:process";
import { messageOf, oneLine } from "../grade/text.ts";
import { GraderError } from "../grade/error.ts";
import type { Io } from "./io.ts";

/**
 * The absolute path that a `--json` flag means, checked before the work begins; `undefined` for
 * none, and for `-`, which is stdout.
 *
 * @throws GraderError `E_WRITE`
 */
export function requireResultFile(flag: string | undefined, { cwd }: Io): string | undefined {
  if (flag === undefined || flag === "-") return undefined;
  const path = resolve(cwd, flag);
  requireWritable(path);
  return path;
}

function requireWritable(path: string): void {
  const folder = statOf(dirname(resolve(path)));
  if (folder?.isDirectory() !== true) {
    refuse(path, `there is no folder ${oneLine(dirname(resolve(path)))}: make it first`);
  }
  if (statOf(path)?.isDirectory() === true) refuse(path, "it is a folder: give the name of a file");
}

/**
 * Writes a file whole or not at all: what was there stays until everything is on the disk.
 *
 * @throws GraderError `E_WRITE`
 */
export function writeWhole(path: string, content: string): void {
  requireWritable(path);
  const stats = statOf(path);
  try {
    // A pipe or a device, such as /dev/null, must not be replaced by a file.
    if (stats !== undefined && !stats.isFile()) writeFileSync(path, content);
    else replace(stats === undefined ? path : realpathSync(path), content);
  } catch (error) {
    refuse(path, `${oneLine(messageOf(error))}: choose another file`);
  }
}

function replace(path: string, content: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const descriptor = openSync(temporary, "wx");
    try {
      writeFileSync(descriptor, content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    return refuse(path, oneLine(messageOf(error)));
  }
}

function refuse(path: string, why: string): never {
  throw new GraderError("E_WRITE", `${oneLine(path)} cannot be written: ${why}`);
}
