/** Draws samples of simulated programs. */
import { type SamplerName, createSampler, strategies } from "../../src/schedule/index.ts";
import type { SamplingStrategy } from "../../src/schedule/index.ts";
import { type Execution, type Thread, cas, execute, steps } from "./_simulator.ts";

/** Changes a strategy, for comparison. */
export type Variant = (strategy: SamplingStrategy) => SamplingStrategy;

/** So many samples of a program, as a host draws them. */
export function campaign(
  name: SamplerName,
  program: readonly Thread[],
  { samples, seed = 1, variant }: { samples: number; seed?: number; variant?: Variant },
): readonly Execution[] {
  const sampler = createSampler({ name, seed });
  const state = new Int32Array(128);
  return Array.from({ length: samples }, () => {
    const { strategy: number, ...drawn } = sampler.next();
    const ours = strategies[number] as SamplingStrategy;
    const strategy = variant?.(ours) ?? ours;
    strategy.prepare(state, { ...drawn, threads: program.length });
    const execution = execute(program, (word, last, step, races) => {
      const open = word & 0xffff;
      return open === 0 ? undefined : strategy.choose(state, { step, open, last, races });
    });
    sampler.completed(execution);
    return execution;
  });
}

/** How many of the executions are as asked. */
export const countOf = (
  executions: readonly Execution[],
  is: (execution: Execution) => boolean,
): number => executions.filter(is).length;

/**
 * The calibration ladder L0, L1, …: two threads climb in turn, rung r is taken by thread r mod 2 and needs the rung
 * before. Its top is reached with exactly so many preemptions, by one interleaving.
 */
export function ladder(preemptions: number): readonly Thread[] {
  const rungs = Array.from({ length: preemptions + 2 }, (_, rung) => rung);
  return [0, 1].map((parity) =>
    steps(...rungs.filter((rung) => rung % 2 === parity).map((rung) => cas(0, rung, rung + 1))),
  );
}

/** Whether an execution of L(`preemptions`) reached the top. */
export const isClimbed =
  (preemptions: number) =>
  ({ final }: Execution): boolean =>
    final.memory[0] === preemptions + 2;
