/** What a process uses of the machine, where the system tells it. */
import { readFileSync } from "node:fs";

/** CPU milliseconds, resident bytes, and whether it runs or wants to. */
export interface Usage {
  readonly cpu: number;
  readonly rss: number;
  readonly isRunning: boolean;
}

/** Ticks per second of `/proc`, and bytes of a page, as they are everywhere that Node runs on Linux. */
const TICKS = 100;
const PAGE = 4_096;

/** The usage of a process; undefined when there is no such process, or the system does not tell. */
export function usageOf(pid: number): Usage | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // After the name in parentheses: state 0, utime 11, stime 12, rss 21.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state = "", utime = 0, stime = 0, rss = 0] = [0, 11, 12, 21].map((i) => fields[i]);
    return {
      cpu: ((Number(utime) + Number(stime)) * 1e3) / TICKS,
      rss: Number(rss) * PAGE,
      isRunning: state === "R" || state === "D",
    };
  } catch {
    return undefined;
  }
}
