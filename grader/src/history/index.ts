export {
  checkLinearizable,
  createHistoryChecker,
  type CheckerOptions,
  type CheckOptions,
  type HistoryChecker,
} from "./check.ts";
export {
  defineModel,
  type ModelDefinition,
  type OperationDefinition,
  type OperationsOf,
} from "./define-model.ts";
export {
  blocks,
  oneOf,
  throws,
  type Blocks,
  type Effect,
  type OneOf,
  type Throws,
} from "./effect.ts";
export { HistoryError, type HistoryErrorCode } from "./error.ts";
export { formatOperation, formatOutcome, formatValue } from "./format.ts";
export type { Model } from "./model.ts";
export { account } from "./models/account.ts";
export { bank } from "./models/bank.ts";
export { counter } from "./models/counter.ts";
export { dictionary } from "./models/dictionary.ts";
export { fifo } from "./models/fifo.ts";
export { joinableQueue } from "./models/joinable-queue.ts";
export { lock } from "./models/lock.ts";
export { mutex } from "./models/mutex.ts";
export { register } from "./models/register.ts";
export { returnTime, type Operation, type Outcome } from "./operation.ts";
export type {
  Consistency,
  HistoryVerdict,
  Inconclusive,
  Linearization,
  NotLinearizable,
  StateBefore,
} from "./verdict.ts";
