export { type KataTestOptions, runKataTests } from "./run.ts";
export type { ReporterOutput } from "./reporter.ts";
