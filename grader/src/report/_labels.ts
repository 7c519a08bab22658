/** The words of reports for verdicts, bug classes, groups and evidence. */
import type { BugClass, Evidence, RubricResult, ScenarioResult, Verdict } from "../grade/result.ts";
import { encodeText } from "./encode.ts";

/** What stands before a scenario: passed, failed, not written, or not decided. */
export type Mark = "PASS" | "FAIL" | "TODO" | "OPEN";

/** The mark of a scenario. */
export function markOf({ verdict, bugClass }: ScenarioResult): Mark {
  if (verdict === "pass") return "PASS";
  if (verdict === "inconclusive") return "OPEN";
  return bugClass === "unfinished" ? "TODO" : "FAIL";
}

const classes: Readonly<Record<BugClass, string>> = {
  "lost-update": "lost update",
  "check-then-act": "check-then-act",
  "transient-state": "transient state",
  "torn-transfer": "torn transfer",
  "inconsistent-snapshot": "inconsistent snapshot",
  "false-success": "false success",
  "spurious-failure": "spurious failure",
  "no-effect": "no effect",
  "wrong-result": "wrong result",
  "unsynchronised-read": "unsynchronised read",
  "unsynchronised-write": "unsynchronised write",
  "lock-order-cycle": "lock-order cycle",
  "self-deadlock": "self-deadlock",
  "lock-leaked-on-error": "lock leaked on error",
  "lock-never-released": "lock never released",
  "lost-wakeup": "lost wakeup",
  "missing-notify": "missing notify",
  "missing-predicate-loop": "missing predicate loop",
  spin: "busy-wait",
  "endless-loop": "endless loop",
  "lost-across-await": "lost across await",
  "never-settles": "never settles",
  "unhandled-rejection": "unhandled rejection",
  "timer-left": "timer left",
  "listener-left": "listener left",
  "kept-alive": "kept alive",
  "uncaught-error": "uncaught error",
  unfinished: "not written yet",
  "forbidden-import": "forbidden import",
  evasion: "evasion",
};

/**
 * What kind of failure it is: wrong, stuck, spinning, leftovers, not run, or no failure of the code
 * at all.
 */
const kinds: Readonly<Record<Verdict, string>> = {
  pass: "passed",
  violation: "wrong",
  race: "data race",
  deadlock: "stuck",
  livelock: "spinning",
  leak: "leftovers",
  crash: "error",
  vacuous: "not run",
  refused: "refused",
  inconclusive: "undecided",
};

/**
 * The bug in a few words: `check-then-act: overdraft`, `stuck: lock-order cycle`, `not written
 * yet`.
 */
export function failureLabel({ verdict, bugClass, bugDetail }: ScenarioResult): string {
  if (bugClass === undefined) return kinds[verdict];
  if (bugClass === "unfinished") return classes[bugClass];
  const parts = verdict === "violation" || verdict === "crash" ? [] : [kinds[verdict]];
  const detail = encodeText(bugDetail ?? "", 40);
  return [...parts, classes[bugClass], detail].filter((part) => part !== "").join(": ");
}

/** The name of the bug's class; nothing where no diagnosis gave one. */
export function bugName({ bugClass }: ScenarioResult): string | undefined {
  return bugClass === undefined ? undefined : classes[bugClass];
}

/** What a pass rests on: `complete, 9,700 schedules`, `complete to 2 reorderings, 350 orders; 200 samples`. */
export function evidenceLabel(evidence: Evidence): string {
  const { strategy, schedules, bound, complete, states, samples } = evidence;
  switch (strategy) {
    case "stress":
      return `${count(schedules, "run")} at native speed${states > 0 ? `, ${count(states, "worker")}` : ""}`;
    case "program":
      return `${count(schedules, "run")} as a program`;
    case "processes":
      return count(schedules, "order");
    case "none":
      return "not run";
    case "preemption-bounding":
    case "orders": {
      const { execution, step } = unitsOf(strategy);
      const reach = complete ? "complete" : `complete to ${count(bound, step)}`;
      const search = `${bound < 0 && !complete ? "incomplete" : reach}, ${count(schedules, execution)}`;
      return samples === undefined ? search : `${search}; ${count(samples, "sample")}`;
    }
  }
}

/** What a search counts: what it ran, and what it has few of at first. */
interface Units {
  readonly execution: "schedule" | "order";
  readonly step: "preemption" | "reordering";
}

/** What a search by this strategy counts. */
export function unitsOf(strategy: Evidence["strategy"]): Units {
  return strategy === "orders"
    ? { execution: "order", step: "reordering" }
    : { execution: "schedule", step: "preemption" };
}

/** `1 schedule`, `9,700 schedules`. */
export function count(number: number, noun: string): string {
  return `${grouped(number)} ${noun}${number === 1 ? "" : "s"}`;
}

function grouped(number: number): string {
  return String(number).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}

/** The five groups of points, in the order of reports. */
export const groups: readonly { readonly id: RubricResult["group"]; readonly name: string }[] = [
  { id: "B", name: "basics" },
  { id: "S", name: "safety" },
  { id: "L", name: "liveness" },
  { id: "R", name: "robustness" },
  { id: "C", name: "craft" },
];

/** Points of the rubric lines of one group. */
export function groupPoints(
  rubric: readonly RubricResult[],
  group: RubricResult["group"],
): { readonly earned: number; readonly points: number } {
  const lines = rubric.filter((line) => line.group === group);
  return {
    earned: lines.reduce((sum, line) => sum + line.earned, 0),
    points: lines.reduce((sum, line) => sum + line.points, 0),
  };
}

/** The name of a kata's package. */
export function packageOf(kata: string): string {
  const slug = encodeText(kata, 60);
  return slug.startsWith("kata-") ? slug : `kata-${slug}`;
}
