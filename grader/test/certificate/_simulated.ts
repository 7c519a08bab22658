/** Certificates of simulated programs: what the real search ran, and the logs of it as the engine would keep them. */
import type { LoggedExecution, LoggedStep, Proof } from "../../src/certificate/index.ts";
import { createChecker, textOf } from "../../src/certificate/index.ts";
import { ActionFlag, type Departure, choicesOf, threadOf } from "../../src/schedule/index.ts";
import { type Search, outcomeOf } from "../schedule/_explore.ts";
import {
  type State,
  type Step,
  type Thread,
  begin,
  choicesIn,
  execute,
  obey,
  take,
} from "../schedule/_simulator.ts";

const opOf = {
  read: "load",
  write: "store",
  add: "add",
  cas: "compareExchange",
  lock: "lock",
  unlock: "unlock",
  wait: "wait",
  notify: "notify",
  spin: "load",
} as const satisfies Record<Step["do"], string>;

/** Any digest will do that gives different texts different ones. */
export const digest = (text: string): string => text;

/** The plan of an execution with its log. */
export interface Run {
  readonly plan: readonly Departure[];
  readonly preemptions: number;
  readonly log: LoggedExecution;
  readonly outcome: string;
}

/** Runs a plan. */
export function runPlan(program: readonly Thread[], plan: readonly Departure[]): Run {
  const execution = execute(program, obey(plan));
  let state = begin(program);
  const steps = Array.from({ length: execution.length }, (_, at): LoggedStep => {
    const action = execution.actions[at] as number;
    const before = state;
    state = take(program, state, action);
    return logged(program, { before, after: state, action });
  });
  const { end } = execution.final;
  const log = { end, steps, chosen: steps.length, operations: [] };
  return { plan, preemptions: execution.preemptions, log, outcome: outcomeOf(execution) };
}

function logged(
  program: readonly Thread[],
  { before, after, action }: { before: State; after: State; action: number },
): LoggedStep {
  const thread = threadOf(action);
  const seen = before.seen[thread] as readonly number[];
  const choices = choicesOf(choicesIn(program, before));
  const common = { thread, type: "Int32Array", ...choices, round: 0, goesOn: false };
  if ((action & ActionFlag.unpark) !== 0)
    return { ...common, op: "arrive", address: 0, before: 0, after: 0, extra: -1 };
  const isTimeout = (action & ActionFlag.timeout) !== 0;
  const step = program[thread]!(isTimeout ? seen.slice(0, -1) : seen) as Step;
  const address = step.cell * 4;
  if (isTimeout) return { ...common, op: "timeout", address, before: 0, after: 0, extra: 0 };
  const values = { before: before.memory[step.cell]!, after: after.memory[step.cell]! };
  const op = opOf[step.do];
  switch (step.do) {
    case "wait":
      return {
        ...common,
        op,
        address,
        before: values.before,
        after: step.value,
        extra: after.asleep.includes(thread) ? 1 : 0,
      };
    case "notify": {
      const woken = before.asleep.filter((sleeper) => !after.asleep.includes(sleeper));
      const mask = woken.reduce((all, sleeper) => all | (1 << sleeper), 0);
      return { ...common, op, address, before: woken.length, after: mask, extra: woken.length };
    }
    case "cas":
      return { ...common, op, address, ...values, extra: values.before === step.from ? 1 : 0 };
    default:
      return { ...common, op, address, ...values, extra: 0 };
  }
}

/** What a search that is over would have written down. */
export function certify(
  program: readonly Thread[],
  { plans, explored }: Search,
): { readonly proof: Proof; readonly runs: readonly Run[] } {
  const claim = explored.complete
    ? ({ kind: "complete" } as const)
    : ({ kind: "bounded", preemptions: explored.bound } as const);
  const runs = plans
    .map((plan) => runPlan(program, plan))
    .filter(({ preemptions }) => explored.complete || preemptions <= explored.bound);
  return { proof: proofOf(claim, runs), runs };
}

/** A certificate that claims something because of these runs. */
export function proofOf(claim: Proof["claim"], runs: readonly Run[]): Proof {
  const executions = runs.map(({ plan, log }) => ({ plan, digest: digest(textOf(log)) }));
  return { claim, reductions: ["spins", "unordered-calls"], executions };
}

/** Why a certificate is refused; undefined = it holds. */
export function refusal(proof: Proof, runs: readonly Run[]): string | undefined {
  const checker = createChecker(proof, digest);
  for (const [index, { log }] of runs.entries()) {
    const reason = checker.take(index, log);
    if (reason !== undefined) return reason;
  }
  const checked = checker.conclude();
  return checked.kind === "refused" ? checked.reason : undefined;
}
