import { readdirSync, readFileSync } from "node:fs";

/**
 * Finds the process that a sandbox was asked to run, seen from outside: bubblewrap has one child, the
 * first process of the namespace, which has the one that is wanted. Undefined until it is there.
 */
export function enclosedProcess(bubblewrap: number): number | undefined {
  const first = childOf(bubblewrap);
  return first === undefined ? undefined : childOf(first);
}

function childOf(parent: number): number | undefined {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => parentOf(pid) === parent);
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name before it is in brackets, and may hold anything.
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}
