/** The litmus corpus as scenarios that are sampled and hardly searched. */
import type { ThreadScenario } from "../../src/scenario/index.ts";
import corpus from "../litmus/_scenarios.ts";

/** Samples of each scenario. */
export const SAMPLES = 200;

export default corpus.map((scenario) => ({
  ...scenario,
  explore: { schedules: 1, samples: SAMPLES },
})) satisfies readonly ThreadScenario<never>[];
