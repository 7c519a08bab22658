export { type Proof, type Reduction, assumptions } from "./certificate.ts";
export { type Checked, createChecker } from "./check.ts";
export { type LoggedExecution, type LoggedStep, textOf } from "./log.ts";
