/** The search of a scenario's schedules in a host: every distinct outcome is told, and at the end what was searched. */
import { setImmediate as turnLoop } from "node:timers/promises";
import type { ExploredEvidence, HostCommand } from "../evidence.ts";
import { writeEvidence } from "../write-evidence.ts";
import type { RunFacts } from "./controller.ts";
import type { Executions } from "./executions.ts";
import { End } from "./layout.ts";
import type { Signature } from "./reading.ts";
import { LANES } from "./shadow.ts";
import { type Next, exploring, sampling } from "./sources.ts";

/** Distinct outcomes of one scenario after which its search is given up. */
const OUTCOME_LIMIT = 20_000;
/** Steps of one scenario's executions after which its search is given up. */
const STEPS_LIMIT = 10_000_000;
/** Executions that hit the step limit after which a search is given up. */
const CUT_LIMIT = 200;
/** Every n-th schedule is run twice, to see that it comes out the same. */
const AUDIT_EVERY = 101;
/** Milliseconds after which commands are looked for. */
const LOOK = 20;
/** Schedules after which the grader hears that the search goes on. */
const REPORT_EVERY = 1_000;

/** Searches as the command says, until that is done or `isStopped` says so. */
export async function search(
  executions: Executions,
  command: Extract<HostCommand, { kind: "explore" | "sample" }>,
  isStopped: () => boolean,
): Promise<void> {
  const { scenario } = command;
  const source = command.kind === "sample" ? sampling(command) : exploring(command);
  const ordered = command.kind === "sample" || command.ordered !== false;
  const records = command.kind === "explore" && command.record === true;
  const entered = await executions.enter(scenario, ordered);
  if (entered === undefined) return;
  let classes = source.tellsApart ? undefined : entered.classes;
  executions.symmetry(classes);
  const tally = createTally();
  const outcomes = new Map<number, number>();
  const pause = createPause(scenario);

  while (tally.schedules < command.schedules) {
    const next = source.next(tally.schedules);
    if (next === undefined) break;
    const facts = await executions.execute(next.options);
    if (classes !== undefined && facts.identified) {
      // What was left out because threads may change places is looked at after all.
      await executions.unwind(facts);
      classes = undefined;
      executions.symmetry(undefined);
      source.begin();
      tally.schedules = 0;
      tally.perBound = [];
      continue;
    }
    count(tally, { next, facts, steps: executions.executed.length });
    const signature = executions.signature(facts, ordered);
    const isNew = outcomes.get(signature.key) !== signature.check;
    if (isNew || facts.unlogged !== -1) {
      outcomes.set(signature.key, signature.check);
      const found = source.planOf(next, () => executions.path(facts));
      const outcome = executions.outcome(facts, { schedule: tally.schedules, ...found });
      writeEvidence({ kind: "outcome", scenario, outcome });
    }
    if (records) {
      const execution = executions.recorded(facts, next.options.plan, next.preemptions);
      writeEvidence({ kind: "execution", scenario, execution });
    }
    source.completed(executions.executed);
    await executions.unwind(facts);
    const isAudited = source.isAudited && tally.schedules % AUDIT_EVERY === 0;
    if (isAudited && !(await audit(executions, { next, signature, ordered })))
      tally.nondeterministic = true;
    if ((tally.schedules & 15) === 0) await pause(tally.schedules);
    // With so many, the search decides nothing any more: what is left is not explored, and that is told.
    if (isStopped() || outcomes.size >= OUTCOME_LIMIT) break;
    if (tally.cut >= CUT_LIMIT || tally.steps >= STEPS_LIMIT) break;
  }
  const { fair, nondeterministic, ...counted } = tally;
  const { bound, complete, states } = source.explored();
  const explored: ExploredEvidence = {
    strategy: source.strategy,
    ...counted,
    bound,
    complete: complete && tally.cut === 0 && fair === 0,
    states,
    ...(classes === undefined ? {} : { classes }),
    ...(nondeterministic || !executions.memoryAgrees() ? { nondeterministic: true } : {}),
  };
  await executions.dismiss(scenario);
  writeEvidence({ kind: "explored", scenario, explored });
}

/** What a search has done. */
type Tally = ReturnType<typeof createTally>;

function createTally() {
  return {
    schedules: 0,
    perBound: [] as number[],
    steps: 0,
    probes: 0,
    rescued: 0,
    cut: 0,
    /** Executions that came to their end under a fair schedule. */
    fair: 0,
    nondeterministic: false,
  };
}

function count(
  tally: Tally,
  { next, facts, steps }: { readonly next: Next; readonly facts: RunFacts; readonly steps: number },
): void {
  tally.schedules++;
  tally.perBound[next.preemptions] = tally.schedules;
  tally.steps += steps;
  tally.probes = Math.max(tally.probes, facts.probes);
  if (facts.rescues > 0) tally.rescued++;
  if (facts.isFair) tally.fair++;
  if (facts.end === End.limit) tally.cut++;
  if (facts.diverged !== -1) tally.nondeterministic = true;
}

/** Lets the host hear of commands now and then, and the grader that the search goes on. */
function createPause(scenario: string): (schedules: number) => Promise<void> {
  let looked = performance.now();
  let reported = 0;
  return async (schedules) => {
    if (performance.now() - looked <= LOOK) return;
    await turnLoop();
    looked = performance.now();
    if (schedules - reported < REPORT_EVERY) return;
    reported = schedules;
    writeEvidence({ kind: "progress", scenario, schedules });
  };
}

/** Runs a plan again and compares what can be seen. */
async function audit(
  executions: Executions,
  {
    next: { options },
    signature,
    ordered,
  }: { readonly next: Next; readonly signature: Signature; readonly ordered: boolean },
): Promise<boolean> {
  const { keysFrom = 0 } = options;
  const { length } = executions.executed;
  const keys = executions.executed.keys.slice(keysFrom * LANES, length * LANES);
  const facts = await executions.execute(options);
  const again = executions.signature(facts, ordered);
  const same =
    again.key === signature.key &&
    again.check === signature.check &&
    executions.executed.length === length &&
    keys.every((word, i) => word === executions.executed.keys[keysFrom * LANES + i]);
  await executions.unwind(facts);
  return same;
}
