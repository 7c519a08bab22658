/** Writes down what a search ran: the proof in a certificate. */
import { createHash } from "node:crypto";
import { type Proof, type Reduction, textOf } from "../certificate/index.ts";
import type { ExecutionEvidence } from "../runtime/evidence.ts";
import type { ThreadScenario } from "../scenario/index.ts";
import type { Evidence } from "./result.ts";

/** What is certified of one scenario. */
export interface CertifiedScenario {
  readonly scenario: string;
  /** Whether the threads shared one frozen instance of the submission's code. */
  readonly stateless: boolean;
  readonly proof: Proof;
}

/** Takes down the executions of one search. */
export interface Recorder {
  take(execution: ExecutionEvidence): void;
  /** The proof of what the search claims in the end. Executions beyond the bound prove nothing and are left out. */
  proof(evidence: Evidence): Proof;
}

/** Makes the recorder of a scenario's search. */
export function createRecorder({ model }: ThreadScenario<unknown>): Recorder {
  const executions: { preemptions: number; execution: Proof["executions"][number] }[] = [];
  const reductions = new Set<Reduction>(model === undefined ? ["unordered-calls"] : []);
  return {
    take(execution) {
      const { plan, preemptions, steps, chosen } = execution;
      if (chosen < steps.length) reductions.add("fair-ends");
      if (steps.some(({ goesOn }) => goesOn)) reductions.add("spins");
      executions.push({ preemptions, execution: { plan, digest: digestOf(textOf(execution)) } });
    },
    proof({ complete, bound }) {
      return {
        claim: complete ? { kind: "complete" } : { kind: "bounded", preemptions: bound },
        reductions: [...reductions].toSorted(),
        executions: executions
          .filter(({ preemptions }) => complete || preemptions <= bound)
          .map(({ execution }) => execution),
      };
    },
  };
}

/** SHA-256, in hexadecimal. */
export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
