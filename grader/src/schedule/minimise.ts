/** Makes a failing schedule that was sampled as small as a bounded number of attempts allows. */
import { type Path, planOf, preemptionsOf, preemptsAt } from "./plan-of.ts";
import { type Departure, threadOf } from "./plan.ts";

/** How far to go. */
export interface MinimiseOptions {
  /** Runs a plan as far as it can be followed; the path that it took if it fails as before, else undefined. */
  readonly attempt: (plan: readonly Departure[]) => Promise<Path | undefined>;
  /** Attempts at most. */
  readonly attempts: number;
  /** Preemptions below which nothing fails: there is no need to look for fewer. */
  readonly fewest: number;
}

/** A failing schedule. */
export interface Failing {
  readonly plan: readonly Departure[];
  readonly preemptions: number;
  /** How it came to fail: what was given at first, or one of the attempts. */
  readonly path: Path;
}

/**
 * Delta debugging (Zeller and Hildebrandt, TSE 2002) of a failing execution: fewer preemptions first, then fewer
 * departures.
 *
 * A candidate leaves out some departures, or joins two turns of one thread that a preemption has parted (as Jalbert and
 * Sen do, FSE 2010). A changed execution may not be able to follow the rest, so what counts is what it did; each
 * improvement is the start of the next round. What comes out still fails, and no candidate made from it is smaller,
 * unless the attempts ran out. That is no proof that nothing is.
 */
export async function minimise(first: Path, options: MinimiseOptions): Promise<Failing> {
  const tried = new Set<string>([textOf(planOf(first))]);
  let best = first;
  let left = options.attempts;

  async function improved(): Promise<boolean> {
    for (const plan of candidates(best, options.fewest)) {
      const text = textOf(plan);
      if (tried.has(text)) continue;
      if (left-- <= 0) return false;
      tried.add(text);
      const path = await options.attempt(plan);
      if (path === undefined || !isSmaller(path, best)) continue;
      best = path;
      return true;
    }
    return false;
  }

  while (await improved());
  return { plan: planOf(best), preemptions: preemptionsOf(best), path: best };
}

function textOf(plan: readonly Departure[]): string {
  return plan.map(({ step, action }) => `${step}-${action}`).join(" ");
}

function isSmaller(a: Path, b: Path): boolean {
  const saved = preemptionsOf(b) - preemptionsOf(a);
  return saved === 0 ? planOf(a).length < planOf(b).length : saved > 0;
}

function* candidates(path: Path, fewest: number): Generator<readonly Departure[]> {
  yield* withoutSome(planOf(path));
  if (preemptionsOf(path) > fewest) yield* joined(path);
}

/** Leaves out halves, then quarters, and in the end single departures. */
function* withoutSome(plan: readonly Departure[]): Generator<readonly Departure[]> {
  for (
    let size = Math.ceil(plan.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let from = 0; from < plan.length; from += size) {
      yield [...plan.slice(0, from), ...plan.slice(from + size)];
    }
  }
}

/** A turn: an action, and the steps in a row that its thread took from it on. */
interface Turn {
  readonly action: number;
  readonly length: number;
  /** The turn before was ended by a preemption. */
  readonly preempts: boolean;
}

/** For each preemption, lets the preempted thread go on at once, or has its turn only when it could go on. */
function* joined(path: Path): Generator<readonly Departure[]> {
  const turns = turnsOf(path);
  for (const [i, { preempts }] of turns.entries()) {
    if (!preempts || i === 0) continue;
    const thread = threadOf((turns[i - 1] as Turn).action);
    const next = turns.findIndex((turn, at) => at > i && threadOf(turn.action) === thread);
    if (next === -1) continue;
    yield departuresOf([
      ...turns.slice(0, i),
      turns[next] as Turn,
      ...turns.slice(i, next),
      ...turns.slice(next + 1),
    ]);
    yield departuresOf([
      ...turns.slice(0, i - 1),
      ...turns.slice(i, next),
      turns[i - 1] as Turn,
      ...turns.slice(next),
    ]);
  }
}

function turnsOf(path: Path): readonly Turn[] {
  const turns: Turn[] = [];
  for (let step = 0; step < path.length;) {
    const action = path.actions[step] as number;
    let end = step + 1;
    while (end < path.length && path.actions[end] === threadOf(action)) end++;
    turns.push({ action, length: end - step, preempts: preemptsAt(path, step) > 0 });
    step = end;
  }
  return turns;
}

function departuresOf(turns: readonly Turn[]): readonly Departure[] {
  let step = 0;
  return turns.map(({ action, length }) => {
    const departure = { step, action };
    step += length;
    return departure;
  });
}
