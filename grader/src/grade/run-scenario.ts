/** One thread scenario on a host: explores, judges every distinct outcome, and tells the first failure in full. */
import type {
  BundleFrame,
  ExploredEvidence,
  HostFrame,
  OutcomeEvidence,
  ThrownError,
  TraceEvidence,
  TracedStep,
} from "../runtime/evidence.ts";
import type { Proof } from "../certificate/index.ts";
import type { SubmissionBundle } from "../runtime/bundle.ts";
import type { Host } from "../runtime/launch.ts";
import { type Departure, textHash } from "../schedule/index.ts";
import type { ThreadScenario } from "../scenario/index.ts";
import { createRecorder } from "./certify.ts";
import { GraderError } from "./error.ts";
import { type Finding, answerOf, createJudge, toOperation, viewOutcome } from "./judge.ts";
import type { Evidence, ScenarioResult, SourcePlace, Story } from "./result.ts";
import {
  type Explored,
  evidenceOfSearch,
  sampleCommand,
  samplesAfter,
  smallerFailure,
  withSamples,
} from "./sampling.ts";
import {
  type Anchor,
  type AnchoredStep,
  type ScheduleText,
  anchorPlan,
  formatSchedule,
  resolveAnchor,
} from "./schedule-text.ts";
import { buildStory, diagnose } from "./story/index.ts";

/** Preemptions that a pass must have exhausted, unless the scenario says otherwise. */
export const PREEMPTIONS = 2;
/** Schedules after which a search is given up. */
export const SCHEDULES = 60_000;
/** Schedules beyond the required preemptions, in the hope of a complete exploration. */
export const EXTRA_SCHEDULES = 500;
/** Schedules after a data race was seen in which its consequence is looked for. */
export const CONSEQUENCE_SCHEDULES = 3_000;

/** What running a scenario needs. */
export interface ScenarioRun {
  readonly host: Host;
  readonly bundle: SubmissionBundle;
  /** The student's files by path, for the lines of the story. */
  readonly files: ReadonlyMap<string, string>;
  readonly scenario: ThreadScenario<unknown>;
  /** Whether to write down what is run, for a certificate. */
  readonly certify?: boolean;
}

/** What a scenario showed, with what derived rubric items ask for. */
export interface ScenarioOutcome {
  readonly result: ScenarioResult;
  /** A thread polled more than 100 times between two waits. */
  readonly busyWaits: boolean;
  /** Some schedules go on only because a sleep times out, although no call has a time limit. */
  readonly polls?: boolean;
  /** The execution was in full: required operations happened, nothing crashed, and it is known how it came out. */
  readonly exercised: boolean;
  /** What shows that it passes, where that was asked for. */
  readonly proof?: Proof;
}

interface Failure {
  readonly outcome: OutcomeEvidence;
  readonly finding: Finding;
  /** What had been explored before, where it was a sample that failed. */
  readonly searched: ExploredEvidence | undefined;
}

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
  for (;;) {
    const frame = await host.receive();
    if (frame.kind === "outcome") {
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
        ? stuck(run, frame)
        : untold(run, failure, failure.finding.verdict, frame);
    } else if (frame.kind === "ready") {
      if (frame.error !== undefined) return threwOutside(run, frame.error);
    } else if (frame.kind === "broken") {
      throw new GraderError(
        "E_BUG",
        `the host broke down in ${scenario.id}: ${frame.message.split("\n")[0] ?? ""}; please report it with the submission`,
      );
    }
  }
}

function facts({
  scenario,
}: ScenarioRun): Pick<ScenarioResult, "id" | "title" | "group" | "contract" | "expected"> {
  const { id, title, group, contract, expected } = scenario;
  return { id, title, group, contract, expected };
}

const noEvidence: Evidence = {
  strategy: "none",
  schedules: 0,
  bound: -1,
  complete: false,
  states: 0,
};

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
      ...facts(run),
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
      ...facts(run),
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
      ...facts(run),
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
      ...facts(run),
      verdict: "race",
      ...(got === undefined ? {} : { got }),
      evidence: evidenceOf(shown),
      ...told,
    },
  };
}

/** Replays a failing schedule, checks that it comes out the same, and makes the story of it. */
async function tell(
  run: ScenarioRun,
  failure: Failure,
  verdict: Finding["verdict"],
): Promise<Partial<ScenarioResult>> {
  const { outcome, finding, known } = await smaller(run, failure);
  const { searched } = failure;
  const trace = run.host.usable() ? await replayPlan(run, outcome.plan) : known;
  if (trace === undefined || trace.diverged !== -1 || !isSame(trace, outcome)) {
    return {
      verdict: "inconclusive",
      message:
        "a failing schedule did not fail again: the submission depends on something that is not under control",
    };
  }
  const replay = formatSchedule({
    scenario: run.scenario.id,
    anchors: anchorPlan(outcome.plan, anchored(run, trace)),
  });
  const told = describeTrace(run, trace, {
    verdict,
    replay,
    preemptions: outcome.preemptions,
    schedule: (searched?.schedules ?? 0) + outcome.schedule,
    // Fewer preemptions than that were all tried, and none of those schedules failed.
    minimal: searched === undefined || outcome.preemptions <= searched.bound + 1,
    ...(finding.operation === undefined ? {} : { operation: finding.operation }),
  });
  return finding.got === undefined ? told : { got: finding.got, ...told };
}

/** The smallest failing schedule that a failing sample leads to, with its trace; else the failure as it is. */
async function smaller(
  run: ScenarioRun,
  failure: Failure,
): Promise<Failure & { readonly known?: TraceEvidence }> {
  const { searched, outcome } = failure;
  if (searched === undefined) return failure;
  const judge = createJudge(run.scenario);
  const findingIn = (trace: TraceEvidence): Finding | undefined =>
    (trace.race === undefined) === (outcome.race === undefined)
      ? judge.judge(trace).find(({ verdict }) => verdict === failure.finding.verdict)
      : undefined;
  const found = await smallerFailure(outcome.plan, {
    run: (plan) => (run.host.usable() ? replayPlan(run, plan) : Promise.resolve(undefined)),
    fails: (trace) => findingIn(trace) !== undefined,
    isSame: (again, trace) => again !== undefined && again.diverged === -1 && isSame(again, trace),
    bound: searched.bound,
  });
  if (found === undefined) return failure;
  const { plan, preemptions, trace } = found;
  const { end, operations, race } = trace;
  const { schedule } = outcome;
  const less = { schedule, preemptions, plan, end, operations };
  return {
    searched,
    finding: findingIn(trace) ?? failure.finding,
    outcome: race === undefined ? less : { ...less, race },
    known: trace,
  };
}

/** Whether a replay showed what the search had seen. */
function isSame(
  trace: TraceEvidence,
  outcome: Pick<OutcomeEvidence, "end" | "race" | "operations">,
): boolean {
  return (
    trace.end === outcome.end &&
    (trace.race === undefined) === (outcome.race === undefined) &&
    JSON.stringify(trace.operations) === JSON.stringify(outcome.operations)
  );
}

/** Whether an outcome shows what the scenario must have shown at least once. */
export function isSeenIn(
  { seen }: ThreadScenario<unknown>,
  { operations }: Pick<OutcomeEvidence, "operations">,
): boolean {
  const outcome = viewOutcome(operations.map(toOperation));
  return answerOf(() => seen?.in(outcome) === true, false);
}

interface StoryFacts {
  readonly verdict: Finding["verdict"];
  readonly replay: string;
  readonly preemptions: number;
  readonly schedule: number;
  readonly minimal: boolean;
  readonly operation?: Finding["operation"];
}

function describeTrace(
  run: ScenarioRun,
  trace: TraceEvidence,
  about: StoryFacts,
): Partial<ScenarioResult> {
  const { scenario } = run;
  const locate = (frame: BundleFrame): SourcePlace | undefined => place(run, frame);
  const story: Story = buildStory(trace, {
    locate,
    preemptions: about.preemptions,
    minimal: about.minimal,
    schedule: about.schedule,
    replay: about.replay,
    threads: scenario.threads.length,
  });
  const named = diagnose(trace, {
    verdict: about.verdict,
    expected: scenario.expected,
    contract: scenario.contract,
    threads: scenario.threads.length,
    locate,
    sourceOf: (file) => run.files.get(file),
    ...(about.operation === undefined ? {} : { failingOperation: about.operation }),
  });
  const { crash, refused } = trace;
  const at = crash?.frames.map(locate).find((found) => found !== undefined);
  return {
    story,
    ...named,
    // An assertion of the scenario stops the execution as an error would, but it is a judgement.
    ...(crash?.assertion === true && about.verdict === "crash"
      ? { verdict: "violation" as const }
      : {}),
    ...(crash === undefined
      ? {}
      : { message: crash.assertion ? crash.message : `${crash.code}: ${crash.message}` }),
    ...(refused === undefined ? {} : { message: `${refused} cannot be used in this kata` }),
    ...(at === undefined ? {} : { place: at }),
  };
}

async function replayPlan(
  run: ScenarioRun,
  plan: readonly Departure[],
): Promise<TraceEvidence | undefined> {
  run.host.send({ kind: "replay", scenario: run.scenario.id, plan });
  for (;;) {
    const frame = await run.host.receive();
    if (frame.kind === "trace") return frame.trace;
    if (frame.kind === "stuck" || frame.kind === "setup-failed" || frame.kind === "broken")
      return undefined;
  }
}

/** Replays a schedule text on the submission as it is now; explains a divergence. */
export async function replayScenario(
  run: ScenarioRun,
  schedule: ScheduleText,
): Promise<ScenarioOutcome> {
  const plan: Departure[] = [];
  let trace = await replayPlan(run, plan);
  for (const [index, anchor] of schedule.anchors.entries()) {
    if (trace === undefined) break;
    const step = resolveAnchor(anchor, anchored(run, trace), (plan.at(-1)?.step ?? -1) + 1);
    if (step === -1) return diverged(run, anchor, index, schedule.anchors.length);
    plan.push({ step, action: anchor.action });
    trace = await replayPlan(run, plan);
    if (trace !== undefined && trace.diverged !== -1)
      return diverged(run, anchor, index, schedule.anchors.length);
  }
  if (trace === undefined)
    throw new GraderError(
      "E_BAD_REPLAY",
      `the schedule of ${run.scenario.id} does not run to its end on this code`,
    );
  const findings = createJudge(run.scenario).judge(trace);
  const finding =
    findings.find(
      ({ verdict }) => verdict !== "race" && verdict !== "vacuous" && verdict !== "inconclusive",
    ) ?? findings[0];
  const verdict = findings.some((item) => item.verdict === "race") ? "race" : finding?.verdict;
  const preemptions = trace.steps.filter(({ preempts }) => preempts).length;
  const evidence: Evidence = { ...noEvidence, strategy: "preemption-bounding", schedules: 1 };
  const replay = formatSchedule(schedule);
  const told = describeTrace(run, trace, {
    verdict: verdict ?? "violation",
    replay,
    preemptions,
    schedule: 1,
    minimal: false,
    ...(finding?.operation === undefined ? {} : { operation: finding.operation }),
  });
  return {
    busyWaits: false,
    exercised: true,
    result: {
      ...facts(run),
      ...(finding?.got === undefined ? {} : { got: finding.got }),
      evidence,
      ...(verdict === undefined
        ? { verdict: "pass", message: "this schedule does not fail any more", story: told.story }
        : { verdict, ...told }),
    } as ScenarioResult,
  };
}

function diverged(run: ScenarioRun, anchor: Anchor, index: number, count: number): ScenarioOutcome {
  const worker = String.fromCharCode(65 + anchor.last);
  const what =
    anchor.kind === "after"
      ? `worker ${worker} stopped after`
      : `worker ${worker} was preempted before`;
  return {
    busyWaits: false,
    exercised: false,
    result: {
      ...facts(run),
      verdict: "inconclusive",
      evidence: noEvidence,
      message:
        `the schedule cannot be followed on this code: at switch ${index + 1} of ${count}, ${what} the access of line ${anchor.line}` +
        `${anchor.occurrence > 0 ? ` (time ${anchor.occurrence + 1})` : ""}, which is not executed any more as it was. Run the scenario again to get a new replay id.`,
    },
  };
}

function anchored(run: ScenarioRun, trace: TraceEvidence): AnchoredStep[] {
  return trace.steps.map((step) => anchoredStep(run, step));
}

function anchoredStep(run: ScenarioRun, { thread, op, frames, ready }: TracedStep): AnchoredStep {
  const at = frames.map((frame) => place(run, frame)).find((found) => found !== undefined);
  if (op === "arrive" || op === "timeout") return { thread, site: 0, line: 0, ready };
  return at === undefined
    ? { thread, site: textHash(op), line: 0, ready }
    : { thread, site: textHash(`${op} ${at.file} ${at.text}`), line: at.line, ready };
}

/** The student's place of a frame in the bundle. */
function place(
  { bundle, files }: ScenarioRun,
  { line, column }: BundleFrame,
): SourcePlace | undefined {
  const found = bundle.locate(line, column);
  if (found === undefined) return undefined;
  const text = files.get(found.file)?.split("\n")[found.line - 1]?.trim() ?? "";
  return { ...found, text };
}

function setUpFailed(run: ScenarioRun, failed: SetUpFailure): ScenarioOutcome {
  const { error, end, refused } = failed;
  if (error !== undefined) return threwOutside(run, error);
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
  return unexplored(run, end === "refused" ? refusal : end === "deadlock" ? deadlock : endless);
}

type SetUpFailure = Extract<HostFrame, { kind: "setup-failed" }>;
type Stuck = Extract<HostFrame, { kind: "stuck" }>;

/** The submission threw where no thread runs: while it was loaded or set up. */
function threwOutside(run: ScenarioRun, { code, message, frames }: ThrownError): ScenarioOutcome {
  const at = frames.map((frame) => place(run, frame)).find((found) => found !== undefined);
  return unexplored(run, {
    verdict: "crash",
    bugClass: code === "TODO" ? "unfinished" : "uncaught-error",
    message: `${code}: ${message}`,
    ...(at === undefined ? {} : { place: at }),
  });
}

/** A result without any schedule to show. */
function unexplored(
  run: ScenarioRun,
  shown: Pick<ScenarioResult, "verdict" | "bugClass" | "message" | "place">,
): ScenarioOutcome {
  return {
    busyWaits: false,
    exercised: false,
    result: { ...facts(run), evidence: noEvidence, ...shown },
  };
}

function stuck(run: ScenarioRun, { reason, detail }: Stuck): ScenarioOutcome {
  switch (reason) {
    case "worker-died":
      return unexplored(run, {
        verdict: "crash",
        bugClass: "uncaught-error",
        message: `the worker ended (${detail})`,
      });
    case "memory":
      return unexplored(run, { verdict: "crash", bugClass: "uncaught-error", message: TOO_MUCH });
    case "asleep":
      return unexplored(run, {
        verdict: "inconclusive",
        message: "nothing happened for 60 seconds: the machine was too busy, or asleep",
      });
    case "caught":
      return unexplored(run, { verdict: "inconclusive", message: CAUGHT });
    case "no-progress":
      return unexplored(run, {
        verdict: "livelock",
        bugClass: "endless-loop",
        message:
          "a thread ran for 3 seconds of CPU time without touching shared memory: it does not end",
      });
  }
}

/** What a submission is told that takes memory without end, however that came out. */
export const TOO_MUCH = "the submission used more memory than a worker may have (192 MiB)";

const CAUGHT =
  "a thread could not be stopped: a catch block of the submission catches whatever is thrown, and goes on";

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
      ...facts(run),
      verdict,
      ...(got === undefined ? {} : { got }),
      evidence: evidenceOf(failure),
      message: reason === "caught" ? CAUGHT : "the host ended before the schedule could be shown",
    },
  };
}
