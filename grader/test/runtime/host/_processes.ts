/** The processes of this machine, as Linux tells. */
import { readFileSync, readdirSync } from "node:fs";

export const isLinux = process.platform === "linux";

/** The running processes below one, children of children included; a zombie is not running. */
export function descendantsOf(pid: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const [, state, parent] =
        /\) (\S) (\d+)/.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ?? [];
      if (state !== "Z") parents.set(Number(name), Number(parent));
    } catch {
      // It has ended meanwhile.
    }
  }
  const below = (root: number): number[] =>
    [...parents]
      .filter(([, parent]) => parent === root)
      .flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}

/** The hosts below a process: those of its descendants that run one of our bundles. */
export function hostsOf(pid: number): readonly number[] {
  return descendantsOf(pid).filter((child) => {
    try {
      return /(?:stress-)?host-[0-9a-f]+\.mjs/.test(readFileSync(`/proc/${child}/cmdline`, "utf8"));
    } catch {
      return false;
    }
  });
}

/** Whether a process runs. */
export function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Waits until something holds that another process brings about. */
export async function until<T>(look: () => T | undefined | false): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
