import type { Executed } from "../executed.ts";
import { threadOf } from "../plan.ts";
import { pct, pctx } from "./pct.ts";
import { pos } from "./pos.ts";
import { random } from "./random.ts";
import type { Preparation, SamplingStrategy } from "./strategy.ts";
import { urw } from "./urw.ts";

/** How samples are drawn: by one strategy, or by several in turn. */
export type SamplerName = "random" | "pct" | "idpct" | "pctx" | "pos" | "urw" | "portfolio";

/** The strategies by the number that selects them in an execution; 0 stands for "keep going", which needs no code. */
export const strategies: readonly (SamplingStrategy | undefined)[] = [
  undefined,
  random(),
  pct(),
  pctx(),
  pos(),
  urw(),
];

/** How to run one sample. */
export interface Sample extends Omit<Preparation, "threads"> {
  /** Index into {@link strategies}. */
  readonly strategy: number;
}

/** Draws the samples of one scenario; it learns from each what the strategies ask for. */
export interface Sampler {
  next(): Sample;
  /** Takes in the execution of that sample. */
  completed(executed: Pick<Executed, "length" | "actions">): void;
}

/** Depth of plain PCT. */
const DEPTH = 3;
/** Largest depth of the variants that try several. */
const DEPTHS = 5;

/** A strategy and its depth, by how many samples it has drawn so far. */
type Member = (round: number) => readonly [strategy: number, depth: number];

const members: Readonly<Record<Exclude<SamplerName, "portfolio">, Member>> = {
  random: () => [1, 1],
  pct: () => [2, DEPTH],
  /** PCT of each depth in turn. */
  idpct: (round) => [2, 1 + (round % DEPTHS)],
  pctx: () => [3, DEPTHS],
  pos: () => [4, 1],
  urw: () => [5, 1],
};

/**
 * The members of the portfolio, in turn: none of them is best on every program, and the cost of having all is a factor
 * of their number at most. The random walk comes first, because it needs to know nothing.
 */
const portfolio = [members.random, members.idpct, members.pos, members.urw, members.pctx];

/** Starts to sample; the same name and seed draw the same samples of the same program. */
export function createSampler({ name, seed }: { name: SamplerName; seed: number }): Sampler {
  const turns = name === "portfolio" ? portfolio : [members[name]];
  const steps: number[] = [];
  let drawn = 0;
  let done = 0;
  let length = 1;

  return {
    next() {
      const member = turns[drawn % turns.length] as Member;
      const [strategy, depth] = member(Math.floor(drawn / turns.length));
      drawn++;
      const events = steps.map((count) => count / done);
      return { strategy, depth, seed: seed + drawn, length, events };
    },
    completed({ length: steps_, actions }) {
      done++;
      length = Math.max(length, steps_);
      for (let step = 0; step < steps_; step++) {
        const thread = threadOf(actions[step] as number);
        steps[thread] = (steps[thread] ?? 0) + 1;
      }
    },
  };
}
