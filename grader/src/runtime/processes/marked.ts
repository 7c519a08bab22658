/** Finds the processes of a run by the environment that they have inherited, where the system tells it. */
import { readFileSync, readdirSync } from "node:fs";
import { RUN_ID } from "./protocol.ts";

/** A process of a run. */
export interface MarkedProcess {
  readonly pid: number;
  readonly parent: number;
  /** Ended, and nobody has taken note of it. */
  readonly isZombie: boolean;
}

/** Whether {@link findMarked} sees anything here. */
export const canFindMarked = process.platform === "linux";

/** The living processes marked with `runId`, and the zombies among the children of a marked one. */
export function findMarked(runId: string): readonly MarkedProcess[] {
  if (!canFindMarked) return [];
  const mark = `${RUN_ID}=${runId}`;
  const all = readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    return Number.isInteger(pid) ? (look(pid, mark) ?? []) : [];
  });
  const marked = new Set(all.flatMap(({ pid, isMarked }) => (isMarked ? [pid] : [])));
  return all
    .filter(({ isMarked, isZombie, parent }) => isMarked || (isZombie && marked.has(parent)))
    .map(({ pid, parent, isZombie }) => ({ pid, parent, isZombie }));
}

/** Ends the processes marked with `runId`, again and again until there are none; how many there were. */
export function endMarked(runId: string): number {
  const ended = new Set<number>();
  for (let round = 0; round < ROUNDS; round++) {
    const living = findMarked(runId).filter(({ isZombie }) => !isZombie);
    if (living.length === 0) break;
    for (const { pid } of living) {
      ended.add(pid);
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    }
  }
  return ended.size;
}

/** Each round ends all that there were: only what is started in between is left for the next one. */
const ROUNDS = 100;

function look(
  pid: number,
  mark: string,
): (MarkedProcess & { readonly isMarked: boolean }) | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const isZombie = state === "Z" || state === "X";
    const isMarked =
      !isZombie && readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(mark);
    return { pid, parent: Number(parent), isZombie, isMarked };
  } catch {
    return undefined;
  }
}
