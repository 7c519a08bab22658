export {
  type CertifiedExecution,
  type Claim,
  type Proof,
  type Reduction,
  assumptions,
} from "./certificate.ts";
export { type Checked, type Checker, createChecker } from "./check.ts";
export { type LoggedCall, type LoggedExecution, type LoggedStep, textOf } from "./log.ts";
