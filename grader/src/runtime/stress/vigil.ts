/** Watches the threads of its process from one of them, which must not run the submission. */
import { readFileSync, readdirSync, readlinkSync } from "node:fs";

/** How long threads may do nothing, and how much they may do. */
export interface VigilLimits {
  /** Seconds without CPU use after which all threads are taken to be asleep for ever. */
  readonly asleepSeconds: number;
  /** CPU seconds after which the work is taken not to end. */
  readonly cpuSeconds: number;
}

/** Looks at what the process does, {@link LOOKS} times a second. */
export interface Vigil {
  /** Begins to count anew, perhaps with other limits. */
  restart(limits?: VigilLimits): void;
  /** Which limit is passed, if any. */
  look(): "asleep" | "no-progress" | undefined;
}

/** Looks per second. */
export const LOOKS = 4;
/** Microseconds of CPU time between two looks that are as good as none. */
const QUIET = 10_000;

/** Starts to watch. */
export function keepVigil(first: VigilLimits): Vigil {
  let limits = first;
  let quiet = 0;
  let began = process.cpuUsage();
  let before = began;
  return {
    restart(next = limits) {
      limits = next;
      quiet = 0;
      began = process.cpuUsage();
      before = began;
    },
    look() {
      const used = process.cpuUsage(before);
      before = process.cpuUsage();
      quiet = used.user + used.system < QUIET && !isStarved() ? quiet + 1 : 0;
      if (quiet > limits.asleepSeconds * LOOKS) return "asleep";
      const whole = process.cpuUsage(began);
      return (whole.user + whole.system) / 1e6 > limits.cpuSeconds ? "no-progress" : undefined;
    },
  };
}

/** Whether another thread of this process wants to run and may not: the machine is busy, nobody is asleep for ever. */
function isStarved(): boolean {
  try {
    const own = readlinkSync("/proc/thread-self").split("/").at(-1);
    return readdirSync("/proc/self/task").some((task) => {
      const stat = readFileSync(`/proc/self/task/${task}/stat`, "utf8");
      return task !== own && /^\) [RD] /.test(stat.slice(stat.lastIndexOf(")")));
    });
  } catch {
    return false;
  }
}
