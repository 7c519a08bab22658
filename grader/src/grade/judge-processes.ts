import { checkLinearizable, formatValue } from "../history/index.ts";
import { PROCESS_LIMIT, type Site } from "../runtime/processes/protocol.ts";
import {
  PROCESS_LIMITS,
  type ProcessesEvidence,
  type ProcessesStop,
  ordersOf,
} from "../runtime/processes/run.ts";
import type { ProcessOutcome, ProcessScenario } from "../scenario/index.ts";
import { answerOf, toOperation } from "./judge.ts";
import type {
  BugClass,
  Evidence,
  ScenarioResult,
  Sequence,
  SourcePlace,
  Verdict,
} from "./result.ts";
import { NO_EVIDENCE, type ScenarioOutcome, classOfError, factsOf } from "./outcome.ts";

/** Whether a scenario is run at native speed only: a witness beside those under control. */
export function isNative(scenario: Pick<ProcessScenario<unknown>, "explore">): boolean {
  return ordersOf(scenario).every((order) => order.startsWith("native-"));
}

/** Whether an execution is one that the scenario allows. */
export function isRight(scenario: ProcessScenario<unknown>, outcome: ProcessOutcome): boolean {
  const { check, model } = scenario;
  const operations = outcome.operations.map(toOperation);
  if (model !== undefined && checkLinearizable(operations, model).kind === "notLinearizable")
    return false;
  return check === undefined || answerOf(() => check(outcome), false);
}

/** The place in the student's files of a site in one of the bundles. */
export type Locate = (site: Site) => SourcePlace | undefined;

/** Judges a process scenario by its executions. The result holds no pids and nothing else that is chance. */
export function judgeProcesses(
  scenario: ProcessScenario<unknown>,
  shown: ProcessesEvidence,
  locate: Locate,
): ScenarioOutcome {
  const wrong = shown.runs.find(({ outcome }) => !isRight(scenario, outcome));
  const found =
    wrong === undefined
      ? (vacuityOf(scenario, shown) ?? findingOf(shown, locate))
      : { verdict: "violation" as const, got: gotOf(scenario, wrong.outcome) };
  const told = sequenceOf({ ...shown.stop, ...wrong }, locate);
  const isPass = found.verdict === "pass";
  const evidence: Evidence = {
    ...NO_EVIDENCE,
    strategy: isNative(scenario) ? "stress" : "processes",
    schedules: isPass ? shown.runs.length : Math.max(1, shown.runs.length),
  };
  const result: ScenarioResult = {
    ...factsOf(scenario),
    evidence,
    ...found,
    ...(isPass || told.rows.length === 0 ? {} : { sequence: told }),
  };
  return { result, busyWaits: false, exercised: shown.runs.length > 0 };
}

type Finding = Pick<ScenarioResult, "verdict" | "bugClass" | "got" | "message" | "place">;

function gotOf(scenario: ProcessScenario<unknown>, outcome: ProcessOutcome): string {
  return answerOf(() => scenario.got?.(outcome), undefined) ?? formatValue(outcome.result);
}

function vacuityOf(
  { seen }: ProcessScenario<unknown>,
  { runs, stop }: ProcessesEvidence,
): Finding | undefined {
  if (seen === undefined || stop.end !== "done") return undefined;
  if (runs.some(({ outcome }) => answerOf(() => seen.in(outcome), false))) return undefined;
  return { verdict: "vacuous", message: `no execution shows ${seen.what}` };
}

/** An execution as it is told. */
function sequenceOf(
  { order, rows, waiters }: Pick<ProcessesStop, "order" | "rows" | "waiters">,
  locate: Locate,
): Sequence {
  const actors = Math.max(0, ...[...rows, ...waiters].map(({ actor }) => actor));
  const placeOf = (site: Site | undefined): { readonly place?: SourcePlace } => {
    const place = site === undefined ? undefined : locate(site);
    return place === undefined ? {} : { place };
  };
  return {
    order,
    columns: Array.from({ length: actors + 1 }, (_, i) => (i === 0 ? "parent" : `child ${i}`)),
    rows: rows.map(({ actor, at, text, site }) => ({ column: actor, at, text, ...placeOf(site) })),
    waiters: waiters.map(({ actor, text, site }) => ({ column: actor, text, ...placeOf(site) })),
  };
}

function findingOf({ stop }: ProcessesEvidence, locate: Locate): Finding {
  const { end, error } = stop;
  const message = messageOf(stop);
  const site = error === undefined ? stop.site : error.site;
  const place = site === undefined ? undefined : locate(site);
  const bugClass = bugClassOf(stop);
  return {
    verdict: verdicts[end],
    ...(message === undefined ? {} : { message }),
    ...(place === undefined ? {} : { place }),
    ...(bugClass === undefined ? {} : { bugClass }),
  };
}

function bugClassOf({ end, error }: ProcessesEvidence["stop"]): BugClass | undefined {
  if (end === "timer-left") return end;
  if (end === "no-progress") return "endless-loop";
  if (end !== "threw" || error === undefined) return undefined;
  return classOfError(error.code);
}

const verdicts: Readonly<Record<ProcessesEvidence["stop"]["end"], Verdict>> = {
  done: "pass",
  unwanted: "violation",
  violated: "violation",
  threw: "crash",
  early: "crash",
  exited: "crash",
  deadlock: "deadlock",
  leak: "leak",
  "timer-left": "leak",
  asleep: "deadlock",
  "no-progress": "livelock",
  events: "livelock",
  memory: "crash",
  processes: "crash",
  messages: "crash",
  nested: "crash",
  "host-died": "crash",
  silent: "inconclusive",
};

function messageOf({ end, error, actor, detail }: ProcessesEvidence["stop"]): string | undefined {
  const who = actor === 0 ? "the parent" : `child ${actor}`;
  switch (end) {
    case "done":
    case "unwanted":
      return undefined;
    case "threw":
      return error === undefined
        ? "an error that nobody caught"
        : `${error.code}: ${error.message}`;
    case "violated":
    case "events":
    case "deadlock":
    case "leak":
    case "timer-left":
      return detail;
    case "early":
      return "the parent ended early, because nothing kept it alive: the promise never settled";
    case "exited":
      return "the parent called process.exit()";
    case "asleep":
      return `${who} sleeps and does not come back to its event loop`;
    case "no-progress":
      return `${who} does not come back to its event loop: ${PROCESS_LIMITS.cpuSeconds} seconds of CPU time without an event`;
    case "memory":
      return `${who} took more than ${PROCESS_LIMITS.memoryMiB} MiB of memory`;
    case "processes":
      return `the parent started more than ${PROCESS_LIMIT} processes at the same time, or ${PROCESS_LIMITS.processes} in all`;
    case "messages":
      return `more than ${PROCESS_LIMITS.messages} messages were on their way at the same time`;
    case "nested":
      return `${who} started a process of its own, as in a fork bomb`;
    case "host-died":
    case "silent":
      return detail?.split("\n")[0] ?? "the process ended";
  }
}
