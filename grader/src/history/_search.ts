import { at } from "./_at.ts";
import { type BitSets, exclude, include, includes, isSubset } from "./_bit-sets.ts";
import type { Model } from "./model.ts";
import type { Operation } from "./operation.ts";
import { byUrgency, type Precedence } from "./_precedence.ts";
import { stateKey } from "./_state-key.ts";

/** What {@link search} searches. */
export interface Problem<State> {
  readonly model: Model<State>;
  readonly operations: readonly Operation[];
  readonly precedence: Precedence;
  /** How many pairs of placed operations and state may be visited. */
  readonly maxVisited: number;
}

/** What a search finds, in indexes of the problem's operations. */
export type SearchResult<State> =
  | { readonly kind: "linearizable"; readonly order: readonly number[] }
  | { readonly kind: "inconclusive"; readonly visited: number }
  | DeadEnd<State>;

/** Why there is no legal order. */
interface DeadEnd<State> {
  readonly kind: "notLinearizable";
  /** A legal beginning with as many completed operations as there can be. */
  readonly longest: readonly number[];
  /** The states in which legal orders of the operations in `longest` end: all of them. */
  readonly states: readonly State[];
  /** The most urgent of the completed operations whose turn it is then. */
  readonly unplaced: number;
}

/** A search under way: which operations are placed now, and what was visited. */
interface Progress<State> extends Problem<State> {
  /** All indexes, in the order in which they are tried. */
  readonly urgency: readonly number[];
  readonly placed: BitSets;
  readonly visited: Map<number | string, Map<string, State>>;
  count: number;
}

interface Move<State> {
  readonly index: number;
  readonly state: State;
  readonly key: string;
  /** Whether it places a completed operation. */
  readonly completes: boolean;
}

/**
 * Looks for a legal order that places every completed operation.
 *
 * Depth first over the operations that may come next, as in Wing and Gong
 * (JPDC 17, 1993). A pair of the set of placed operations and the state is
 * entered once, whatever order led to it (Lowe, CPE 29(4), 2017). Instead of
 * their list of events we keep a set of predecessors per operation: any
 * partial order can be searched, and a pending operation is a move that need
 * not be made.
 */
export function search<State>(problem: Problem<State>): SearchResult<State> {
  const { model, operations, precedence, maxVisited } = problem;
  const placed = new Uint32Array(precedence.words);
  const urgency = byUrgency(precedence, operations.length);
  const progress: Progress<State> = { ...problem, urgency, placed, visited: new Map(), count: 1 };
  const key = stateKey(model, model.initial);
  statesHere(progress).set(key, model.initial);

  const goal = operations.filter(isCompleted).length;
  const open = [moves(progress, model.initial, key)];
  const path: Move<State>[] = [];
  let longest: readonly number[] = [];
  let completed = 0;
  let most = 0;
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    if (completed === goal) return { kind: "linearizable", order: path.map(indexOf) };
    if (progress.count > maxVisited) return { kind: "inconclusive", visited: maxVisited };
    const { value: move } = top.next();
    if (move === undefined) {
      open.pop();
      if (path.pop()?.completes === true) completed--;
      continue;
    }
    path.push(move);
    open.push(moves(progress, move.state, move.key));
    if (move.completes) completed++;
    if (completed > most) {
      most = completed;
      longest = path.map(indexOf);
    }
  }
  return deadEnd(progress, longest);
}

/**
 * Makes every move from a state that leads to a pair not visited yet. While a
 * move is yielded, its operation is placed. A pending operation that would
 * change nothing is not placed at all.
 */
function* moves<State>(
  progress: Progress<State>,
  from: State,
  fromKey: string,
): Generator<Move<State>, undefined> {
  const { model, operations, urgency, placed } = progress;
  for (const index of urgency) {
    if (!isNext(progress, index)) continue;
    const operation = at(operations, index);
    const states = model.step(from, operation);
    if (states.length === 0) continue;
    const completes = isCompleted(operation);
    include(placed, 0, index);
    const seen = statesHere(progress);
    for (const state of states) {
      const key = stateKey(model, state);
      if (seen.has(key) || (!completes && key === fromKey)) continue;
      seen.set(key, state);
      progress.count++;
      yield { index, state, key, completes };
    }
    exclude(placed, 0, index);
  }
  return undefined;
}

/** The states visited with the operations that are placed now. */
function statesHere<State>({ placed, visited }: Progress<State>): Map<string, State> {
  const set = placed.length === 1 ? (placed[0] ?? 0) : placed.join();
  const known = visited.get(set);
  if (known !== undefined) return known;
  const states = new Map<string, State>();
  visited.set(set, states);
  return states;
}

/** Whether `index` is not placed, and all that precedes it is. */
function isNext<State>({ placed, precedence }: Progress<State>, index: number): boolean {
  const { before, words } = precedence;
  return !includes(placed, 0, index) && isSubset(before, index * words, placed);
}

function deadEnd<State>(progress: Progress<State>, longest: readonly number[]): DeadEnd<State> {
  const { operations, urgency, placed } = progress;
  for (const index of longest) include(placed, 0, index);
  const next = urgency.filter(
    (index) => isCompleted(at(operations, index)) && isNext(progress, index),
  );
  return {
    kind: "notLinearizable",
    longest,
    states: [...statesHere(progress).values()],
    unplaced: at(next, 0),
  };
}

const isCompleted = (operation: Operation): boolean => operation.outcome.kind !== "pending";

const indexOf = (move: { readonly index: number }): number => move.index;
