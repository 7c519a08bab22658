import type { Operation } from "../../../history/index.ts";
import type { RecordedOperation } from "../../../runtime/evidence.ts";
import type { BugClass, Verdict } from "../../result.ts";
import type { Access, TraceReading } from "../reading.ts";
import { workerName } from "../reading.ts";
import type { SourceLookup } from "../source.ts";

/** What is known about a failure beside its trace. */
export interface DiagnosisFacts extends SourceLookup {
  readonly verdict: Verdict;
  /** What had to be seen, and the sentence of the contract, in words. */
  readonly expected: string;
  readonly contract: string;
  /** Number of the scenario's threads, the main thread not counted. */
  readonly threads: number;
  /** The operation that no order of the calls explains, where the oracle names one. */
  readonly failingOperation?: Pick<Operation, "id">;
}

/** What a trace shows: a class only where its pattern is really there. */
export interface Diagnosis {
  readonly bugClass?: BugClass;
  /** The class more closely, in a word or two: "overdraft". */
  readonly bugDetail?: string;
  /** One sentence about this trace. */
  readonly diagnosis?: string;
}

/** A pattern that was found, and the operations that make it up. */
export interface Pattern {
  readonly bugClass?: BugClass;
  readonly bugDetail?: string;
  readonly sentence: string;
  readonly operations: readonly (RecordedOperation | undefined)[];
}

/** Looks for one kind of pattern; the first ones found are the best. */
export type Rule = (reading: TraceReading, facts: DiagnosisFacts) => readonly Pattern[];

/**
 * The first pattern of the first rule that applies; one with the failing operation in it goes
 * first.
 */
export function firstPattern(
  rules: readonly Rule[],
  reading: TraceReading,
  facts: DiagnosisFacts,
): Pattern | undefined {
  const failing = facts.failingOperation?.id;
  const found = rules.flatMap((rule) => rule(reading, facts));
  const concerned = found.find(
    ({ operations }) => failing !== undefined && operations.some((item) => item?.id === failing),
  );
  return concerned ?? found[0];
}

/** A pattern as the result shows it. */
export function toDiagnosis({ bugClass, bugDetail, sentence }: Pattern): Diagnosis {
  return {
    ...(bugClass === undefined ? {} : { bugClass }),
    ...(bugDetail === undefined ? {} : { bugDetail }),
    diagnosis: sentence,
  };
}

/** `worker A`, of a step. */
export function who({ thread }: { readonly thread: number }): string {
  return workerName(thread);
}

/** The changes by other threads of the cell of two steps of one thread, between these steps. */
export function foreignChanges(reading: TraceReading, from: Access, to: Access): readonly Access[] {
  return reading.accesses.filter(
    ({ at, cell, thread, changes }) =>
      at > from.at && at < to.at && cell === to.cell && thread !== to.thread && changes,
  );
}

/** The step of the same thread, operation and cell right before `access`. */
export function previousOnCell(reading: TraceReading, access: Access): Access | undefined {
  return reading.accesses.findLast(
    ({ at, cell, thread, operation }) =>
      at < access.at &&
      cell === access.cell &&
      thread === access.thread &&
      operation === access.operation,
  );
}

/** Both as numbers, where they are. */
export function asNumber(value: number | string): number | undefined {
  if (typeof value === "number") return value;
  const number = Number(value);
  return value !== "" && Number.isSafeInteger(number) ? number : undefined;
}
