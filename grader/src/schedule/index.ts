export type { Executed } from "./executed.ts";
export { createExplorer, type Explored, type Explorer, type ExplorerOptions } from "./explorer.ts";
export { ActionFlag, type Choices, type Departure, choicesOf, cost, threadOf } from "./plan.ts";
export { type Choose, type SamplingStrategy, pct, random, strategies } from "./strategies.ts";
