/** Runs a scenario of tasks in all its orders, size after size, and tells every execution that differs from the others. */
import { type Reordering, createOrderExplorer, drawsOf } from "../../schedule/index.ts";
import type { TaskScenario } from "../../scenario/index.ts";
import type { SizeExplored, TasksExplored } from "../evidence.ts";
import { type Choose, type RunExecution, type Seen, textOfSeen } from "./seen.ts";

/** Orders of one size that are searched unless the scenario says otherwise. */
const ORDERS = 5_000;
/** Every n-th execution is run twice, to see that it comes out the same. */
const AUDIT_EVERY = 101;
/** Executions that hit the limit of turns after which a search is given up. */
const CUT_LIMIT = 3;
/** What the seeds of two sizes differ by. */
const SEEDS = 1_000_003;

/** What a search needs. */
export interface OrderSearch {
  readonly scenario: TaskScenario<unknown>;
  readonly run: RunExecution;
  /** Takes an execution that was not seen before, as the JSON of a frame. */
  readonly onNew: (execution: string, isFailing: boolean) => void;
  /** Whether somebody has seen enough. */
  readonly isStopped: () => boolean;
}

/** Searches to the end, or until it is stopped. */
export async function exploreOrders(search: OrderSearch): Promise<TasksExplored> {
  const { scenario, run, onNew } = search;
  const { orders: limit = ORDERS, samples: wanted = 0 } = scenario.explore ?? {};
  const known = new Set<string>();
  const sizes: SizeExplored[] = [];
  let execution = 0;
  let cut = 0;
  let nondeterministic = false;
  /** An execution ended as none may: nothing that comes later is looked at. */
  let hasFailed = false;
  const isOver = (): boolean => hasFailed || search.isStopped() || cut >= CUT_LIMIT;

  function take(seen: Seen, isSample: boolean, plan: readonly Reordering[]): void {
    if (seen.end === "limit") cut++;
    else if (seen.end !== "done") hasFailed = true;
    const text = textOfSeen(seen);
    if (known.has(text)) return;
    known.add(text);
    const facts = JSON.stringify({ execution, isSample, plan });
    onNew(`${facts.slice(0, -1)},${text.slice(1)}`, seen.end !== "done");
  }

  async function searchSize(size: number): Promise<Omit<SizeExplored, "samples">> {
    const explorer = createOrderExplorer({ limit });
    while (!isOver()) {
      const plan = explorer.next();
      if (plan === undefined) break;
      execution++;
      const { seen, options } = await run({ scenario, size, choose: following(plan) });
      explorer.completed(options);
      take(seen, false, plan);
      if (execution % AUDIT_EVERY !== 1) continue;
      const again = await run({ scenario, size, choose: following(plan) });
      if (textOfSeen(again.seen) !== textOfSeen(seen)) nondeterministic = true;
    }
    return { size, ...explorer.explored() };
  }

  async function sampleSize(size: number): Promise<number> {
    let samples = 0;
    while (samples < wanted && !isOver()) {
      samples++;
      execution++;
      const plan: Reordering[] = [];
      const { seen } = await run({ scenario, size, choose: drawing(size * SEEDS + samples, plan) });
      take(seen, true, plan);
    }
    return samples;
  }

  for (const size of scenario.sizes ?? [0]) {
    const searched = await searchSize(size);
    sizes.push({ ...searched, samples: searched.complete ? 0 : await sampleSize(size) });
    if (isOver()) break;
  }
  return { sizes, cut, ...(nondeterministic ? { nondeterministic } : {}) };
}

/** Follows a plan, and takes the oldest everywhere else. */
function following(plan: readonly Reordering[]): Choose {
  let next = 0;
  return (count, choice) => {
    const departure = plan[next];
    if (departure?.choice !== choice) return 0;
    next++;
    return departure.option < count ? departure.option : 0;
  };
}

/** Draws, and writes down in `plan` what it drew. */
function drawing(seed: number, plan: Reordering[]): Choose {
  const draw = drawsOf(seed);
  return (count, choice) => {
    const option = draw(count);
    if (option > 0) plan.push({ choice, option });
    return option;
  };
}
