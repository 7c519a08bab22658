/** One scenario of tasks on a host: judges every distinct execution, and tells the first failure as a time line. */
import { CPU_LIMIT } from "../runtime/cpu-watch.ts";
import type { SubmissionBundle } from "../runtime/bundle.ts";
import type { TaskChoice, TaskExecution, TaskTrace, TasksExplored } from "../runtime/evidence.ts";
import { type Host, HostEnded } from "../runtime/launch.ts";
import type { Instrumented } from "../runtime/tasks/atomicity/instrument.ts";
import type { AwaitInterleaving } from "../runtime/tasks/atomicity/interleaving.ts";
import type { Reordering } from "../schedule/index.ts";
import type { TaskScenario } from "../scenario/index.ts";
import { GraderError } from "./error.ts";
import { answerOf } from "./judge.ts";
import { type TaskFinding, createTaskJudge, viewTasks } from "./judge-orders.ts";
import { formatOrder, parseOrder } from "./order-text.ts";
import {
  NOTHING_SHOWN,
  NO_EVIDENCE,
  type ScenarioOutcome,
  brokenHost,
  factsOf,
  isOfAnother,
  stuckOutcome,
  threwOutside,
  unexplored,
} from "./outcome.ts";
import { firstPlace, placeOf } from "./place.ts";
import type { Evidence, ScenarioResult } from "./result.ts";
import { actorAt, buildTimeline } from "./timeline/build.ts";
import { describeLost } from "./timeline/lost.ts";

/** Executions that are run at most to make a failing sample smaller. */
const ATTEMPTS = 200;

/** What running a scenario needs. */
export interface TaskRun {
  readonly host: Host;
  readonly bundle: SubmissionBundle;
  /** The student's files by path, for the lines of the story. */
  readonly files: ReadonlyMap<string, string>;
  readonly scenario: TaskScenario<unknown>;
  /** The submission, rewritten to report what it reads and writes; undefined where that cannot be done. */
  readonly instrumented: () => Instrumented | undefined;
}

interface Failure {
  readonly execution: TaskExecution;
  readonly finding: TaskFinding;
}

/** Explores a scenario and judges it. Throws `HostEnded` when the host does not live to the end of it. */
export async function runOrders(run: TaskRun): Promise<ScenarioOutcome> {
  const { host, scenario } = run;
  host.send({ kind: "orders", scenario: scenario.id });
  const judge = createTaskJudge(scenario);
  let failure: Failure | undefined;
  let vacuous: Failure | undefined;
  let unchecked = 0;
  let isSeen = scenario.seen === undefined;
  let executions = 0;
  for (;;) {
    const frame = await host.receive();
    if (isOfAnother(frame, scenario)) throw brokenHost(scenario, "it tells of another scenario");
    if (frame.kind === "orders") {
      executions += frame.executions.length;
      for (const execution of frame.executions) {
        if (failure !== undefined) break;
        isSeen ||= answerOf(() => scenario.seen?.in(viewTasks(execution)) === true, false);
        const finding = judge(execution);
        if (finding === undefined) continue;
        if (finding.verdict === "vacuous") vacuous ??= { execution, finding };
        else if (finding.verdict === "inconclusive") unchecked++;
        else failure = { execution, finding };
      }
      if (failure !== undefined) host.send({ kind: "stop" });
    } else if (frame.kind === "orders-done") {
      const found = failure ?? vacuous;
      if (found !== undefined) return failed(run, found);
      if (executions === 0) return unexplored(scenario, NOTHING_SHOWN);
      return passed(run, frame.explored, { isSeen, unchecked });
    } else if (frame.kind === "stuck") {
      return failure === undefined
        ? stuckOutcome(scenario, frame, { "no-progress": ENDLESS, caught: ENDLESS })
        : untold(run, failure);
    } else if (frame.kind === "ready") {
      if (frame.error !== undefined)
        return threwOutside(scenario, frame.error, firstPlace(run, frame.error.frames));
    } else if (frame.kind === "broken") throw brokenHost(scenario, frame.message);
  }
}

/** Replays an order on the submission as it is now; explains a divergence. */
export async function replayOrder(run: TaskRun, text: string): Promise<ScenarioOutcome> {
  const { size, choices } = parseOrder(text);
  const trace = await replayPlan(run, size, choices);
  if (trace === undefined) {
    throw new GraderError(
      "E_BAD_REPLAY",
      `the order of ${run.scenario.id} does not run to its end on this code`,
    );
  }
  if (trace.diverged !== -1) {
    return unexplored(run.scenario, {
      verdict: "inconclusive",
      message: `the order cannot be followed on this code: what came at choice ${trace.diverged + 1} is not pending there any more. Run the scenario again to get a new replay id.`,
    });
  }
  const finding = createTaskJudge(run.scenario)(trace);
  const told = finding === undefined ? trace : await withActivity(run, trace);
  const timeline = buildTimeline(told, {
    replay: text,
    minimal: false,
    execution: 1,
    locate: (frame) => placeOf(run, frame),
  });
  const evidence: Evidence = { ...NO_EVIDENCE, strategy: "orders", schedules: 1 };
  return {
    busyWaits: false,
    exercised: true,
    result: {
      ...factsOf(run.scenario),
      evidence,
      timeline,
      ...(finding === undefined
        ? { verdict: "pass", message: "this order does not fail any more" }
        : { ...finding, ...lostIn(run, told, finding) }),
    },
  };
}

/** Sizes were run one after the other: all of them are covered as far as the least explored one. */
function evidenceOf({ sizes }: TasksExplored): Evidence {
  const open = sizes.filter(({ complete }) => !complete);
  const complete = open.length === 0;
  const bounds = (complete ? sizes : open).map(({ bound }) => bound);
  const samples = sizes.reduce((sum, size) => sum + size.samples, 0);
  return {
    strategy: "orders",
    schedules: sizes.reduce((sum, { orders }) => sum + orders, 0),
    bound: complete ? Math.max(...bounds) : Math.min(...bounds),
    complete,
    states: 0,
    ...(samples === 0 ? {} : { samples }),
  };
}

function passed(
  run: TaskRun,
  explored: TasksExplored,
  { isSeen, unchecked }: { readonly isSeen: boolean; readonly unchecked: number },
): ScenarioOutcome {
  const evidence = evidenceOf(explored);
  const { scenario } = run;
  const isSampled = (scenario.explore?.samples ?? 0) > 0;
  const undecided =
    explored.nondeterministic === true
      ? "one order gave two different executions: the submission depends on something that is not under control"
      : explored.cut > 0
        ? `${explored.cut} executions did not end within 200,000 turns of the event loop`
        : !evidence.complete && !isSampled
          ? `${evidence.schedules} orders were run, and there are more`
          : unchecked > 0
            ? `${unchecked} histories have too many orders to be checked against the contract`
            : undefined;
  const isVacuous = undecided === undefined && !isSeen;
  const message = isVacuous
    ? `none of ${evidence.schedules + (evidence.samples ?? 0)} executions showed ${scenario.seen?.what ?? ""}`
    : undecided;
  return {
    busyWaits: false,
    exercised: message === undefined,
    result: {
      ...factsOf(run.scenario),
      verdict: isVacuous ? "vacuous" : undecided === undefined ? "pass" : "inconclusive",
      evidence,
      ...(message === undefined ? {} : { message }),
    },
  };
}

async function failed(run: TaskRun, failure: Failure): Promise<ScenarioOutcome> {
  const { execution, finding } = await smaller(run, failure);
  const { size, plan, isSample } = execution;
  const trace = await replayPlan(run, size, plan);
  const evidence: Evidence = {
    strategy: "orders",
    schedules: execution.execution,
    bound: isSample ? -1 : plan.length - 1,
    complete: false,
    states: 0,
  };
  if (trace === undefined || trace.diverged !== -1 || !isSame(trace, execution)) {
    return {
      busyWaits: false,
      exercised: false,
      result: {
        ...factsOf(run.scenario),
        verdict: "inconclusive",
        evidence,
        message:
          "a failing order did not fail again: the submission depends on something that is not under control",
      },
    };
  }
  const replay = formatOrder({ scenario: run.scenario.id, size }, plan, trace.labels);
  const told = await withActivity(run, trace);
  const timeline = buildTimeline(told, {
    replay,
    minimal: !isSample,
    execution: execution.execution,
    locate: (frame) => placeOf(run, frame),
  });
  const at = trace.error === undefined ? undefined : firstPlace(run, trace.error.frames);
  return {
    busyWaits: false,
    exercised: finding.verdict === "violation" || finding.verdict === "deadlock",
    result: {
      ...factsOf(run.scenario),
      ...finding,
      ...lostIn(run, told, finding),
      evidence,
      timeline,
      ...(at === undefined ? {} : { place: at }),
    },
  };
}

/**
 * The same execution with what the submission read and wrote in it. An order that needs a reordering to fail is compared
 * with the one that needs none: what is lost in both is not what makes the difference.
 */
async function withActivity(run: TaskRun, trace: TaskTrace): Promise<TaskTrace> {
  const instrumented = run.instrumented();
  if (instrumented === undefined) return trace;
  const { size, plan } = trace;
  try {
    const activity = (await replayPlan(run, size, plan, instrumented))?.activity;
    if (activity?.lost === undefined)
      return activity === undefined ? trace : { ...trace, activity };
    const plain = plan.length === 0 ? undefined : await replayPlan(run, size, [], instrumented);
    const { lost, ...rest } = activity;
    const isUsual = isSameLoss(plain?.activity?.lost, lost);
    return { ...trace, activity: isUsual ? rest : activity };
  } catch (error) {
    if (error instanceof HostEnded && error.reason !== "aborted") return trace;
    throw error;
  }
}

function isSameLoss(a: AwaitInterleaving | undefined, b: AwaitInterleaving): boolean {
  const places = ({ read, between, write }: AwaitInterleaving): string =>
    JSON.stringify([read.place, between.place, write.place]);
  return a !== undefined && places(a) === places(b);
}

/** The class and the sentence of what was lost across an `await`, where that may be why a result is wrong. */
function lostIn(
  run: TaskRun,
  { activity, events }: TaskTrace,
  { bugClass }: TaskFinding,
): Pick<ScenarioResult, "bugClass" | "diagnosis"> {
  if (activity?.lost === undefined || bugClass !== "wrong-result") return {};
  return (
    describeLost(activity.lost, {
      locate: (frame) => placeOf(run, frame),
      actorAt: (stamp) => actorAt(events, stamp),
    }) ?? {}
  );
}

/** A failing sample with as few reorderings as leaving some out one by one leads to. */
async function smaller(run: TaskRun, failure: Failure): Promise<Failure> {
  const judge = createTaskJudge(run.scenario);
  let best = failure;
  let attempts = 0;
  for (let i = 0; best.execution.isSample && i < best.execution.plan.length;) {
    if (++attempts > ATTEMPTS) break;
    const plan = best.execution.plan.toSpliced(i, 1);
    const trace = await replayPlan(run, best.execution.size, plan);
    if (trace === undefined) return best;
    const finding = trace.diverged === -1 ? judge(trace) : undefined;
    if (finding?.verdict !== failure.finding.verdict) i++;
    else {
      const { execution } = best.execution;
      best = { execution: { ...trace, execution, isSample: true }, finding };
    }
  }
  return best;
}

/** Whether a replay showed what the search had seen. */
function isSame(trace: TaskTrace, execution: TaskExecution): boolean {
  const view = ({ end, result, settled, operations, left, error }: TaskExecution): string =>
    JSON.stringify({ end, result, settled, operations, left, code: error?.code });
  return view(trace) === view(execution);
}

async function replayPlan(
  { host, scenario }: TaskRun,
  size: number,
  plan: readonly (TaskChoice | Reordering)[],
  instrumented?: Instrumented,
): Promise<TaskTrace | undefined> {
  if (!host.usable()) return undefined;
  host.send({
    kind: "replay-orders",
    scenario: scenario.id,
    size,
    plan,
    ...(instrumented === undefined ? {} : { instrumented }),
  });
  for (;;) {
    const frame = await host.receive();
    if (frame.kind === "task-trace") return frame.trace;
    if (frame.kind === "stuck" || frame.kind === "broken") return undefined;
  }
}

function untold(run: TaskRun, { execution, finding }: Failure): ScenarioOutcome {
  const message = finding.message ?? "the host ended before the order could be shown";
  const { size, plan } = execution;
  return unexplored(run.scenario, {
    ...finding,
    message: `${message} (${size} tasks, ${plan.length} reorderings)`,
  });
}

/** What a submission did that did not let go of its thread. */
const ENDLESS = {
  verdict: "livelock",
  bugClass: "endless-loop",
  message: `the submission ran for ${CPU_LIMIT} seconds of CPU time without letting go of the thread: it does not end`,
} as const;
