import { expect } from "vitest";
import type { Race, RaceDetector } from "../../src/race/index.ts";
import { judge, type Judgement, type Pair } from "./_axioms.ts";
import type { Action, Range } from "./_program.ts";
import { hasWitness } from "./_witness.ts";

/** Steps are not consecutive, so that nothing can rely on it. */
const STRIDE = 3;

/** What the detector says about an execution: every race that it reported, by actions. */
function detect(detector: RaceDetector, execution: readonly Action[]): Pair[] {
  const reported: Pair[] = [];
  detector.reset();
  for (const [later, action] of execution.entries()) {
    const earlier = tell(detector, action, later * STRIDE);
    if (earlier >= 0) reported.push({ earlier: earlier / STRIDE, later });
  }
  return reported;
}

function tell(detector: RaceDetector, action: Action, step: number): number {
  const { agent } = action;
  switch (action.did) {
    case "plainRead":
    case "plainWrite":
    case "atomicLoad":
    case "atomicStore":
    case "atomicUpdate":
      return detector[action.did](agent, action.start, action.size, step);
    case "wait":
      detector.waitEnter(agent, action.start);
      return detector.atomicLoad(agent, action.start, action.size, step);
    case "notify":
    case "wake":
      detector[action.did](agent, action.start);
      return -1;
    case "acquire":
    case "release":
      detector[action.did](agent, action.mutex);
      return -1;
    case "fork":
    case "join":
      detector[action.did](agent, action.child);
      return -1;
  }
}

/**
 * Fails unless the detector and the axioms agree about an execution: on whether there is a race, on
 * the access that completes the first one, on the latest access that it races with, on what `race`
 * tells of it, on its being a data race of some valid execution, and on every further report being a
 * race. Returns the reports.
 */
export function expectAgreement(
  detector: RaceDetector,
  execution: readonly Action[],
): readonly Pair[] {
  const reported = detect(detector, execution);
  const disagreement = findDisagreement(execution, judge(execution), reported, detector.race);
  if (disagreement !== undefined) expect.fail(`${disagreement}\n${describe(execution)}`);
  return reported;
}

function findDisagreement(
  execution: readonly Action[],
  { conflicts, dataRaces }: Judgement,
  reported: readonly Pair[],
  race: Race | undefined,
): string | undefined {
  const completes = conflicts[0]?.later;
  const expected = conflicts.findLast((conflict) => conflict.later === completes);
  const [first] = reported;
  if (!isSamePair(first, expected)) {
    return `the first race is ${JSON.stringify(expected)}, not ${JSON.stringify(first)}`;
  }
  if (!isSameRace(race, first && raceOf(execution, first))) {
    return `the race is not ${JSON.stringify(race)}`;
  }
  const wrong = reported.find((pair) => !conflicts.some((conflict) => isSamePair(pair, conflict)));
  if (wrong) return `no race: ${JSON.stringify(wrong)}`;
  if (!first || dataRaces.some((dataRace) => isSamePair(dataRace, first))) return undefined;
  return hasWitness(execution, first) ? undefined : `no witness: ${JSON.stringify(first)}`;
}

function isSamePair(a: Pair | undefined, b: Pair | undefined): boolean {
  return a?.earlier === b?.earlier && a?.later === b?.later;
}

function isSameRace(a: Race | undefined, b: Race | undefined): boolean {
  return (
    a?.earlier === b?.earlier &&
    a?.later === b?.later &&
    a?.address === b?.address &&
    a?.size === b?.size &&
    a?.kind === b?.kind
  );
}

function raceOf(execution: readonly Action[], { earlier, later }: Pair): Race {
  const a = execution[earlier] as Action & Range;
  const b = execution[later] as Action & Range;
  const address = Math.max(a.start, b.start);
  const size = Math.min(a.start + a.size, b.start + b.size) - address;
  const ordinary = `${verb(a)}-${verb(b)}` as Race["kind"];
  const kind = isAtomic(a) && isAtomic(b) ? "mixed-size" : ordinary;
  return { earlier: earlier * STRIDE, later: later * STRIDE, address, size, kind };
}

function isAtomic({ did }: Action): boolean {
  return did !== "plainRead" && did !== "plainWrite";
}

function verb({ did }: Action): "read" | "write" {
  return did === "plainRead" || did === "atomicLoad" || did === "wait" ? "read" : "write";
}

function describe(execution: readonly Action[]): string {
  return execution.map((action, index) => `${index}: ${JSON.stringify(action)}`).join("\n");
}
