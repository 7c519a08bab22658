/** Seconds of the clock after which a host gives up on threads that use no CPU either. */
const WALL_LIMIT = 60;
/** Bytes by which memory grew during an endless loop, from which on that is the reason to be told. */
const GROWTH_LIMIT = 64 * 1_024 * 1_024;

/** CPU seconds of a process without a step, after which its submission is taken to run for ever. */
export const CPU_LIMIT = 3;

/** Why it is not worth waiting any longer. */
export type StuckReason = "no-progress" | "memory" | "asleep";

/**
 * Watches a process from inside: each look says why it should be given up, or nothing while `beat` moves or too little
 * was used to tell. CPU time decides, so that a busy machine condemns nobody.
 */
export function createCpuWatch(
  beat: () => number | undefined,
  cpuSeconds = CPU_LIMIT,
): () => StuckReason | undefined {
  let last = beat();
  let cpu = process.cpuUsage();
  let since = performance.now();
  let memory = process.memoryUsage.rss();
  return () => {
    const now = beat();
    if (now !== last) {
      last = now;
      cpu = process.cpuUsage();
      since = performance.now();
      memory = process.memoryUsage.rss();
      return undefined;
    }
    const { user, system } = process.cpuUsage(cpu);
    // Who collects without end is told the same, whichever limit is the first to be met.
    if ((user + system) / 1e6 >= cpuSeconds)
      return process.memoryUsage.rss() - memory > GROWTH_LIMIT ? "memory" : "no-progress";
    return performance.now() - since < WALL_LIMIT * 1e3 ? undefined : "asleep";
  };
}
