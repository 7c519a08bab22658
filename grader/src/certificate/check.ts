/**
 * Checks a certificate against what its plans do when they are run again. It knows nothing of how the search went:
 * that nothing was left out follows from the executions alone.
 */
import type { Departure } from "../schedule/index.ts";
import type { Proof } from "./certificate.ts";
import { GOES_ON, type LoggedExecution, TIMES_OUT, textOf } from "./log.ts";
import { noSpins, spinsIn } from "./_spins.ts";
import { type Visit, boundOf, choicesAt, cost, createWalker } from "./_walk.ts";

/** What came of a check. */
export type Checked =
  | { readonly kind: "holds"; readonly executions: number; readonly states: number }
  | { readonly kind: "refused"; readonly reason: string };

/** Checks one certificate. */
export interface Checker {
  /** Takes in the execution of plan `index`, from 0; a text says why the certificate does not hold. */
  take(index: number, execution: LoggedExecution): string | undefined;
  /** Decides, once every execution was taken in. */
  conclude(): Checked;
}

/** A state that some execution came by. */
interface Node {
  /** Fewest preemptions with which it is reached. */
  fewest: number;
  /** Where it was seen first, for messages. */
  readonly place: string;
  isFinal: boolean;
  /** It belongs to some execution after its last departure: its choices were looked at. */
  isExpanded: boolean;
  /** What follows each choice that was taken. */
  readonly next: Map<number, number>;
  /** A step from here, with the choices that were open. */
  open: { readonly visit: Visit; readonly place: string } | undefined;
}

/**
 * Makes the checker. The states that the executions come by form a graph. It is closed when every choice that is open
 * in one of them, and stays within the bound, leads to another one that is reached with no more preemptions. Then
 * every execution within the bound stays in the graph, by induction over its steps, and ends as one of these ended.
 */
export function createChecker(proof: Proof, digest: (text: string) => string): Checker {
  const { claim, reductions, executions } = proof;
  const walk = createWalker(reductions);
  const nodes = new Map<number, Node>();
  const endless = new Set<string>();
  const taken = new Set<number>();
  const bound = boundOf(claim);

  function nodeAt(state: number, preemptions: number, place: string): Node {
    const node = nodes.get(state) ?? {
      fewest: Infinity,
      place,
      isFinal: false,
      isExpanded: false,
      next: new Map<number, number>(),
      open: undefined,
    };
    node.fewest = Math.min(node.fewest, preemptions);
    nodes.set(state, node);
    return node;
  }

  function take(index: number, execution: LoggedExecution): string | undefined {
    const { plan, digest: recorded } = executions[index] as Proof["executions"][number];
    const found = digest(textOf(execution));
    if (found !== recorded) return `does not do again what was recorded: ${found}, not ${recorded}`;
    const walked = walk(execution);
    if (typeof walked === "string") return `is not to be believed: ${walked}`;
    const { visits, final } = walked;
    const missed = plan.find(({ step, action }) => visits[step]?.action !== action);
    if (missed !== undefined) return `cannot be followed at step ${missed.step}`;
    taken.add(index);

    const { inside, endless: known } = reductions.includes("spins") ? spinsIn(visits) : noSpins;
    for (const spin of known) endless.add(spin.join());
    const from = plan.at(-1)?.step ?? -1;
    const to = reductions.includes("fair-ends") ? execution.chosen : visits.length;
    for (const [at, visit] of visits.entries()) {
      const place = `step ${at} of plan ${index + 1}`;
      const node = nodeAt(visit.state, visit.preemptions, place);
      const next = visits[at + 1]?.state ?? final;
      const other = node.next.get(visit.action);
      if (node.isFinal || (other !== undefined && other !== next))
        return `differs at step ${at} from what followed the same state at ${node.place}`;
      node.next.set(visit.action, next);
      if (at <= from) continue;
      node.isExpanded = true;
      if (at >= to || inside.has(at)) continue;
      node.open ??= { visit, place };
      if (choicesAt(visit.step).join() !== choicesAt(node.open.visit.step).join())
        return `has other choices at step ${at} than there are in the same state at ${node.open.place}`;
    }
    const preemptions = visits.reduce(
      (sum, { step, last, action }) => sum + cost(step, last, action),
      0,
    );
    const end = nodeAt(final, preemptions, `the end of plan ${index + 1}`);
    if (end.next.size > 0) return `ends where another goes on, at ${end.place}`;
    end.isFinal = true;
    return undefined;
  }

  /** Why the list of plans is not one that a search gives. */
  function misses(): string | undefined {
    const listed = new Set(executions.map(({ plan }) => nameOf(plan)));
    if (!listed.has("")) return "the plan without departures is not listed";
    const orphan = executions.findIndex(({ plan }) => !listed.has(nameOf(plan.slice(0, -1))));
    if (orphan !== -1)
      return `plan ${orphan + 1} departs from an execution that is not listed: that of ${nameOf(executions[orphan]!.plan.slice(0, -1))}`;
    const untaken = executions.findIndex((_, index) => !taken.has(index));
    return untaken === -1 ? undefined : `plan ${untaken + 1} was not run`;
  }

  /** Why a choice that is open is not covered. */
  function uncovered(node: Node, visit: Visit, action: number): string | undefined {
    const preemptions = node.fewest + cost(visit.step, visit.last, action);
    if (preemptions > bound) return undefined;
    const next = node.next.get(action);
    const reached = next === undefined ? Infinity : (nodes.get(next) as Node).fewest;
    if (reached <= preemptions) return undefined;
    const spin = visit.spinning.find(([thread]) => (thread | GOES_ON) === action);
    if (next === undefined && spin !== undefined && endless.has(spin.join())) return undefined;
    const how = next === undefined ? "no plan does that" : `plans do that with ${reached} only`;
    return `${sentenceOf(action)}, with ${preemptions} ${preemptions === 1 ? "preemption" : "preemptions"} in all, and ${how}`;
  }

  return {
    take(index, execution) {
      const reason = take(index, execution);
      return reason === undefined ? undefined : `plan ${index + 1} ${reason}`;
    },
    conclude() {
      const reason = misses();
      if (reason !== undefined) return { kind: "refused", reason };
      for (const node of nodes.values()) {
        if (!node.isFinal && !node.isExpanded)
          return {
            kind: "refused",
            reason: `the choices at ${node.place} belong to no listed plan`,
          };
        const { visit, place } = node.open ?? {};
        if (visit === undefined) continue;
        for (const action of choicesAt(visit.step)) {
          const why = uncovered(node, visit, action);
          if (why !== undefined) return { kind: "refused", reason: `at ${place}, ${why}` };
        }
      }
      return { kind: "holds", executions: executions.length, states: nodes.size };
    },
  };
}

/** A plan in words; empty for the one without departures. */
function nameOf(plan: readonly Departure[]): string {
  return plan.map(({ step, action }) => `${step}:${action}`).join(" ");
}

function sentenceOf(action: number): string {
  const worker = `worker ${String.fromCodePoint(65 + (action & 0xff))}`;
  if ((action & TIMES_OUT) !== 0) return `the sleep of ${worker} could have timed out`;
  if ((action & GOES_ON) !== 0) return `${worker} could have gone on with its spin`;
  return `${worker} could have gone on`;
}
