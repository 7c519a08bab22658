import type { TraceEvidence } from "../../../runtime/evidence.ts";
import type { Verdict } from "../../result.ts";
import { type TraceReading, readTrace } from "../reading.ts";
import { falseSuccess, gaveUp, noEffect, spuriousFailure, wrongResult } from "./claims.ts";
import { brokenAssertion, nothingReturned, uncaughtError } from "./errors.ts";
import {
  type Diagnosis,
  type DiagnosisFacts,
  type Pattern,
  type Rule,
  firstPattern,
  toDiagnosis,
} from "./finding.ts";
import { dataRace } from "./races.ts";
import { halfSeen, transientState } from "./snapshots.ts";
import { missingPredicateLoop, tooFewWoken } from "./sleepers.ts";
import { checkThenAct, lostUpdate } from "./stale.ts";
import {
  heldForEver,
  lockOrderCycle,
  lostWakeup,
  lostWhileAsleep,
  missingNotify,
  sleepsWithLock,
  spin,
} from "./stuck.ts";

/** What a wrong answer can come from, the most specific pattern first. */
const wrong: readonly Rule[] = [
  missingPredicateLoop,
  lostUpdate,
  checkThenAct,
  falseSuccess,
  spuriousFailure,
  halfSeen,
  transientState,
];
const rest: readonly (readonly Rule[])[] = [
  [noEffect],
  [wrongResult],
  [dataRace],
  [brokenAssertion],
  [gaveUp],
];
const asleep: readonly Rule[] = [lostWakeup, lostWhileAsleep, tooFewWoken, missingNotify];
const locks: readonly Rule[] = [lockOrderCycle, heldForEver, sleepsWithLock];

/** The race; where the harm that it did can be seen in this execution, it is named after that. */
function raceWithHarm(reading: TraceReading, facts: DiagnosisFacts): readonly Pattern[] {
  const harm = firstPattern(wrong, reading, facts);
  return dataRace(reading, facts).map((race) => {
    if (harm === undefined) return race;
    const isSaid = harm.sentence.includes("not the same one");
    return {
      ...harm,
      sentence: isSaid ? harm.sentence : `${harm.sentence}; besides, ${race.sentence}`,
    };
  });
}

/**
 * The rules for each verdict, in groups; a group is asked only when those before it found nothing.
 */
const rules: Readonly<Record<Verdict, readonly (readonly Rule[])[]>> = {
  violation: [wrong, ...rest],
  race: [[raceWithHarm], wrong],
  deadlock: [locks, asleep],
  livelock: [locks, [spin], asleep],
  crash: [[uncaughtError], wrong, ...rest],
  vacuous: [[noEffect], [nothingReturned]],
  refused: [],
  inconclusive: [],
  leak: [],
  pass: [],
};

/**
 * Names the bug that a failing trace shows, and says it in a sentence about this very trace.
 *
 * It is conservative: a class is named only where its whole pattern is in the trace. Where none is,
 * the sentence may still say what can be seen, or there is none.
 */
export function diagnose(trace: TraceEvidence, facts: DiagnosisFacts): Diagnosis {
  const reading = readTrace(trace, facts);
  for (const group of rules[facts.verdict]) {
    const pattern = firstPattern(group, reading, facts);
    if (pattern !== undefined) return toDiagnosis(pattern);
  }
  return {};
}
