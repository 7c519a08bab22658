/** One writer at a time: a file that names the process that holds it. */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import process from "node:process";
import { GraderError } from "../error.ts";
import { messageOf, oneLine } from "../text.ts";

/**
 * Takes the lock at `path` and returns what gives it back. A lock whose process is gone, as after a
 * kill, counts for nothing.
 *
 * @throws GraderError `E_BUSY` while another process holds it, `E_WRITE`
 */
export function takeLock(path: string): () => void {
  const mine = holderOf(process.pid);
  for (let attempt = 0; attempt < 2; attempt++) {
    if (create(path, mine)) {
      return () => {
        if (read(path) === mine) rmSync(path, { force: true });
      };
    }
    const theirs = read(path);
    if (theirs !== undefined && isAlive(theirs)) break;
    if (theirs !== undefined) discard(path, theirs);
  }
  throw new GraderError(
    "E_BUSY",
    `${oneLine(path)} says that another katas works there: wait for it, or choose another --out`,
  );
}

function create(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw new GraderError(
      "E_WRITE",
      `${oneLine(path)} cannot be written (${oneLine(messageOf(error))}): choose another folder`,
    );
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Takes a lock away; where it was another one that has come in between, it is put back. */
function discard(path: string, stale: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    if (read(aside) !== stale) linkSync(aside, path);
  } catch {
    // Somebody else was faster, and the next attempt sees what they left.
  } finally {
    rmSync(aside, { force: true });
  }
}

/** A process by its number, and what tells it from an earlier one of the same number. */
function holderOf(pid: number): string {
  return JSON.stringify({ host: hostname(), pid, started: startOf(pid) });
}

function isAlive(holder: string): boolean {
  let value: { host?: unknown; pid?: unknown };
  try {
    value = JSON.parse(holder) as typeof value;
  } catch {
    return false; // killed while it wrote
  }
  const { host, pid } = value;
  if (host !== hostname()) return true; // nobody can tell from here
  if (typeof pid !== "number" || holder !== holderOf(pid)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** When a process started, where the system tells it: in ticks since which boot. */
function startOf(pid: number): string | undefined {
  const boot = read("/proc/sys/kernel/random/boot_id");
  const stat = read(`/proc/${pid}/stat`);
  if (boot === undefined || stat === undefined) return undefined;
  const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return `${boot.trim()} ${ticks}`;
}
