/** Names what was lost across an `await`, as it is. */
import type { BundleFrame } from "../../runtime/evidence.ts";
import type { InvolvedTask } from "../../runtime/tasks/atomicity/events.ts";
import type { AwaitInterleaving } from "../../runtime/tasks/atomicity/interleaving.ts";
import type { BugClass, SourcePlace } from "../result.ts";

/** A bug class with its sentence. */
export interface LostAcrossAwait {
  readonly bugClass: BugClass;
  readonly diagnosis: string;
}

/** What a description needs to know beside what was found. */
export interface LostContext {
  /** The place in the student's own files. */
  readonly locate: (frame: BundleFrame) => SourcePlace | undefined;
  /** Whose turn it was at the moment with this stamp: `task 2`; undefined where nobody can be named. */
  readonly actorAt?: (stamp: number) => string | undefined;
}

/**
 * `` `count` is read at src/index.ts:12 before the await, and written at line 14 after it; meanwhile task 2 wrote it at
 * line 14 ``. Undefined where a place is not the student's.
 */
export function describeLost(
  { read, suspension, between, write, other }: AwaitInterleaving,
  { locate, actorAt }: LostContext,
): LostAcrossAwait | undefined {
  const [from, to, meanwhile] = [read, write, between].map(({ place }) => locate(place));
  if (from === undefined || to === undefined || meanwhile === undefined) return undefined;
  const before = suspension === undefined ? "" : ` before the ${suspension.name}`;
  const after = suspension === undefined ? "by a callback that runs later" : "after it";
  const actor = actorAt?.(between.stamp) ?? callText(other);
  const diagnosis =
    `\`${read.name}\` is read at ${from.file}:${from.line}${before}, and written at ${near(to, from)} ${after}; ` +
    `meanwhile ${actor} wrote it at ${near(meanwhile, from)}`;
  return { bugClass: "lost-across-await", diagnosis };
}

/** A place, seen from another one. */
function near({ file, line }: SourcePlace, from: SourcePlace): string {
  return file === from.file ? `line ${line}` : `${file}:${line}`;
}

function callText({ name, call }: InvolvedTask): string {
  return name === "" ? "another call" : `the ${ordinal(call)} call of ${name}`;
}

function ordinal(number: number): string {
  const teen = Math.trunc(number / 10) % 10 === 1;
  const ending = teen ? "th" : (["th", "st", "nd", "rd"][number % 10] ?? "th");
  return `${number}${ending}`;
}
