/** One thread scenario on a host: explores, judges every distinct outcome, and tells the first failure in full. */
import { CPU_LIMIT } from "../runtime/cpu-watch.ts";
import type { ExploredEvidence, HostFrame, OutcomeEvidence } from "../runtime/evidence.ts";
import type { ThreadScenario } from "../scenario/index.ts";
import { createRecorder } from "./certify.ts";
import { type Finding, answerOf, createJudge, toOperation, viewOutcome } from "./judge.ts";
import {
  type ScenarioOutcome,
  NOTHING_SHOWN,
  brokenHost,
  factsOf,
  isOfAnother,
  stuckOutcome,
  threwOutside,
  unexplored,
} from "./outcome.ts";
import { firstPlace } from "./place.ts";
import type { Evidence } from "./result.ts";
import {
  type Explored,
  evidenceOfSearch,
  sampleCommand,
  samplesAfter,
  withSamples,
} from "./sampling.ts";
import { type Failure, tell } from "./tell-failure.ts";
import type { ScenarioRun } from "./thread-run.ts";

/** Preemptions that a pass must have exhausted, unless the scenario says otherwise. */
export const PREEMPTIONS = 2;
/** Schedules after which a search is given up. */
export const SCHEDULES = 60_000;
/** Schedules beyond the required preemptions, in the hope of a complete exploration. */
export const EXTRA_SCHEDULES = 500;
/** Schedules after a data race was seen in which its consequence is looked for. */
export const CONSEQUENCE_SCHEDULES = 3_000;

/** More probes than this between two waits are busy-waiting (CATALOGUE C8). */
const PROBES = 100;

/** Explores a scenario and judges it. Throws `HostEnded` when the host does not live to the end of it. */
export async function runScenario(run: ScenarioRun): Promise<ScenarioOutcome> {
  const { host, scenario } = run;
  const required = scenario.explore?.preemptions ?? PREEMPTIONS;
  host.send({
    kind: "explore",
    scenario: scenario.id,
    preemptions: required,
    schedules: scenario.explore?.schedules ?? SCHEDULES,
    extra: EXTRA_SCHEDULES,
    ordered: scenario.model !== undefined,
    record: run.certify === true,
  });
  const recorder = createRecorder(scenario);
  const judge = createJudge(scenario);
  let race: Failure | undefined;
  let failure: Failure | undefined;
  let vacuous: Failure | undefined;
  let searched: ExploredEvidence | undefined;
  let isSeen = scenario.seen === undefined;
  let unchecked = 0;
  let outcomes = 0;
  for (;;) {
    const frame = await host.receive();
    if (isOfAnother(frame, scenario)) throw brokenHost(scenario, "it tells of another scenario");
    if (frame.kind === "outcome") {
      outcomes++;
      if (failure !== undefined) continue;
      const { outcome } = frame;
      if (race !== undefined && outcome.schedule - race.outcome.schedule > CONSEQUENCE_SCHEDULES)
        continue;
      isSeen ||= isSeenIn(scenario, outcome);
      for (const finding of judge.judge(outcome)) {
        if (finding.verdict === "race") race ??= { outcome, finding, searched };
        else if (finding.verdict === "vacuous") vacuous ??= { outcome, finding, searched };
        else if (finding.verdict === "inconclusive") unchecked++;
        // The harm of a race is shown by an execution that has a race, so that its replay says so, too.
        else if (race === undefined || outcome.race !== undefined)
          failure ??= { outcome, finding, searched };
      }
      if (failure !== undefined) host.send({ kind: "stop" });
    } else if (frame.kind === "execution") {
      recorder.take(frame.execution);
    } else if (frame.kind === "progress") {
      if (race !== undefined && frame.schedules - race.outcome.schedule > CONSEQUENCE_SCHEDULES) {
        host.send({ kind: "stop" });
      }
    } else if (frame.kind === "explored") {
      if (race !== undefined) return raceOutcome(run, race, failure);
      const found = failure ?? vacuous;
      if (found !== undefined) return failed(run, found);
      if (outcomes === 0) return unexplored(scenario, NOTHING_SHOWN);
      const samples = samplesAfter(frame.explored, scenario.explore, required);
      if (searched === undefined && samples > 0) {
        searched = frame.explored;
        host.send(sampleCommand(scenario.id, samples));
        continue;
      }
      const explored =
        searched === undefined
          ? withSamples(frame.explored, undefined)
          : withSamples(searched, frame.explored);
      if (!isSeen) return nothingSeen(run, explored);
      const outcome = passOrUndecided(run, explored, { required, unchecked });
      return run.certify === true && outcome.result.verdict === "pass"
        ? { ...outcome, proof: recorder.proof(outcome.result.evidence) }
        : outcome;
    } else if (frame.kind === "setup-failed") {
      return setUpFailed(run, frame);
    } else if (frame.kind === "stuck") {
      if (race !== undefined) return untold(run, failure ?? race, "race", frame);
      return failure === undefined
        ? stuckOutcome(scenario, frame, STUCK)
        : untold(run, failure, failure.finding.verdict, frame);
    } else if (frame.kind === "ready") {
      if (frame.error !== undefined)
        return threwOutside(scenario, frame.error, firstPlace(run, frame.error.frames));
    } else if (frame.kind === "broken") {
      throw brokenHost(scenario, frame.message);
    }
  }
}

function passOrUndecided(
  run: ScenarioRun,
  explored: Explored,
  { required, unchecked }: { required: number; unchecked: number },
): ScenarioOutcome {
  const { schedules, samples, bound, complete, cut, nondeterministic, probes } = explored;
  const evidence = evidenceOfSearch(explored, samples);
  const undecided =
    nondeterministic === true
      ? "one schedule gave two different executions: the submission depends on something that is not under control"
      : cut > 0
        ? `${cut} of ${schedules} schedules did not end within the step limit`
        : !complete && bound < required
          ? `${schedules} schedules were run, which exhaust ${bound < 0 ? "no bound" : `at most ${bound} preemption${bound === 1 ? "" : "s"}`}; ${required} are required${samples === 0 ? "" : `. ${samples} samples beyond them show no failure`}`
          : unchecked > 0
            ? `${unchecked} histories have too many orders to be checked against the contract`
            : undefined;
  return {
    busyWaits: probes > PROBES,
    polls: run.scenario.untimed === true && explored.rescued > 0,
    exercised: undecided === undefined,
    result: {
      ...factsOf(run.scenario),
      verdict: undecided === undefined ? "pass" : "inconclusive",
      evidence,
      ...(undecided === undefined ? {} : { message: undecided }),
    },
  };
}

/** Every schedule ended well, but in none of them happened what could have gone wrong. */
function nothingSeen(run: ScenarioRun, explored: Explored): ScenarioOutcome {
  const what = run.scenario.seen?.what ?? "";
  return {
    busyWaits: false,
    exercised: false,
    result: {
      ...factsOf(run.scenario),
      verdict: "vacuous",
      evidence: evidenceOfSearch(explored, explored.samples),
      message: `none of ${explored.schedules + explored.samples} schedules showed ${what}`,
    },
  };
}

/** Evidence of a failure: it was found by this schedule, and everything with fewer preemptions was explored before. */
function evidenceOf({ outcome, searched }: Failure): Evidence {
  if (searched !== undefined) return evidenceOfSearch(searched, outcome.schedule);
  return {
    strategy: "preemption-bounding",
    schedules: outcome.schedule,
    bound: outcome.preemptions - 1,
    complete: false,
    states: 0,
  };
}

async function failed(run: ScenarioRun, failure: Failure): Promise<ScenarioOutcome> {
  const told = await tell(run, failure, failure.finding.verdict);
  const { finding } = failure;
  return {
    busyWaits: finding.verdict === "livelock",
    exercised:
      finding.verdict === "violation" ||
      finding.verdict === "deadlock" ||
      finding.verdict === "livelock",
    result: {
      ...factsOf(run.scenario),
      verdict: finding.verdict,
      ...(finding.got === undefined ? {} : { got: finding.got }),
      evidence: evidenceOf(failure),
      ...told,
    },
  };
}

/** A data race; its story is the first wrong result, where one was found, so that the harm can be seen. */
async function raceOutcome(
  run: ScenarioRun,
  race: Failure,
  consequence: Failure | undefined,
): Promise<ScenarioOutcome> {
  const shown = consequence ?? race;
  const told = await tell(run, shown, "race");
  const got = consequence?.finding.got;
  return {
    busyWaits: false,
    exercised: true,
    result: {
      ...factsOf(run.scenario),
      verdict: "race",
      ...(got === undefined ? {} : { got }),
      evidence: evidenceOf(shown),
      ...told,
    },
  };
}

/** Whether an outcome shows what the scenario must have shown at least once. */
export function isSeenIn(
  { seen }: ThreadScenario<unknown>,
  { operations }: Pick<OutcomeEvidence, "operations">,
): boolean {
  const outcome = viewOutcome(operations.map(toOperation));
  return answerOf(() => seen?.in(outcome) === true, false);
}

function setUpFailed(run: ScenarioRun, failed: SetUpFailure): ScenarioOutcome {
  const { error, end, refused } = failed;
  if (error !== undefined) return threwOutside(run.scenario, error, firstPlace(run, error.frames));
  const deadlock = {
    verdict: "deadlock",
    bugClass: "self-deadlock",
    message: "the set-up waits for what no other thread can do yet",
  } as const;
  const endless = {
    verdict: "livelock",
    bugClass: "endless-loop",
    message: "the set-up does not end: it touched shared memory 100,000 times",
  } as const;
  const refusal = {
    verdict: "refused",
    message: `${refused ?? "something in the set-up"} cannot be used in this kata`,
  } as const;
  return unexplored(
    run.scenario,
    end === "refused" ? refusal : end === "deadlock" ? deadlock : endless,
  );
}

type SetUpFailure = Extract<HostFrame, { kind: "setup-failed" }>;
type Stuck = Extract<HostFrame, { kind: "stuck" }>;

const CAUGHT =
  "a thread could not be stopped: a catch block of the submission catches whatever is thrown, and goes on";

/** What a thread that could not be stopped did. */
const STUCK = {
  caught: { verdict: "inconclusive", message: CAUGHT },
  "no-progress": {
    verdict: "livelock",
    bugClass: "endless-loop",
    message: `a thread ran for ${CPU_LIMIT} seconds of CPU time without touching shared memory: it does not end`,
  },
} as const;

/** A failure whose schedule cannot be shown, because the host was lost right after it. */
function untold(
  run: ScenarioRun,
  failure: Failure,
  verdict: Finding["verdict"],
  { reason }: Stuck,
): ScenarioOutcome {
  const { got } = failure.finding;
  return {
    busyWaits: false,
    exercised: true,
    result: {
      ...factsOf(run.scenario),
      verdict,
      ...(got === undefined ? {} : { got }),
      evidence: evidenceOf(failure),
      message: reason === "caught" ? CAUGHT : "the host ended before the schedule could be shown",
    },
  };
}
