/** The record of a search that found nothing wrong, as it is written to a file; `schema/certificate.schema.json`. */
import type { Departure } from "../schedule/index.ts";

/** What is claimed of the scenario: that every execution, or every one with so many preemptions, passes. */
export type Claim =
  | { readonly kind: "complete" }
  | { readonly kind: "bounded"; readonly preemptions: number };

/**
 * A rule by which executions were left out that the checker cannot justify from a log; it takes the rule as given,
 * and says so.
 */
export type Reduction = "fair-ends" | "spins" | "unordered-calls";

/** What has to be true for each rule to leave out nothing that matters. */
export const assumptions: Readonly<Record<Reduction, string>> = {
  "fair-ends":
    "where nobody can go on but threads that spin and change memory meanwhile, one fair schedule stands for all",
  spins:
    "in the middle of a spin that goes on, a switch to another thread brings nothing that a switch at its ends does not; a spin of 100 equal rounds has no end",
  "unordered-calls": "the scenario's check looks at what the calls return, not at their order",
};

/** A schedule that was run, and the digest of what it did. */
export interface CertifiedExecution {
  readonly plan: readonly Departure[];
  readonly digest: string;
}

/** What a certificate says of the search; the rest of the file says of what. */
export interface Proof {
  readonly claim: Claim;
  /** The rules that were used; a checker that does not know one must refuse the certificate. */
  readonly reductions: readonly Reduction[];
  readonly executions: readonly CertifiedExecution[];
}
