export { drawsOf } from "./draws.ts";
export type { Executed } from "./executed.ts";
export { createExplorer, type Explored, type Explorer, type ExplorerOptions } from "./explorer.ts";
export { type Failing, type MinimiseOptions, minimise } from "./minimise.ts";
export {
  type OrderExplorer,
  type OrdersExplored,
  type Reordering,
  createOrderExplorer,
} from "./orders.ts";
export { type Path, planOf, preemptionsOf } from "./plan-of.ts";
export { ActionFlag, type Choices, type Departure, choicesOf, cost, threadOf } from "./plan.ts";
export {
  type Choose,
  type Moment,
  type Preparation,
  type Sample,
  type Sampler,
  type SamplerName,
  type SamplingStrategy,
  createSampler,
  strategies,
} from "./strategies/index.ts";
export { textHash } from "./text-hash.ts";
