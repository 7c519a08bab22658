import fc from "fast-check";
import { expect, test, vi } from "vitest";
import type { Proof } from "../../src/certificate/index.ts";
import { explore, fewestPreemptions } from "../schedule/_explore.ts";
import { type Run, certify, proofOf, refusal } from "./_simulated.ts";
import { program } from "./_programs.ts";

// How long that takes is for the machine to say.
vi.setConfig({ testTimeout: 60_000 });

const RUNS = { numRuns: Number(process.env["CERTIFICATE_RUNS"] ?? 200), seed: 1 };
const bound = fc.constantFrom(0, 1, 2, Infinity);

test("what the search writes down holds", () => {
  fc.assert(
    fc.property(program, bound, fc.boolean(), (threads, preemptions, cache) => {
      const { proof, runs } = certify(threads, explore(threads, { preemptions, cache }));
      expect(refusal(proof, runs)).toBeUndefined();
    }),
    RUNS,
  );
});

test("without any one of its plans, it is refused", () => {
  fc.assert(
    fc.property(program, bound, fc.nat(), (threads, preemptions, chosen) => {
      const { proof, runs } = certify(threads, explore(threads, { preemptions }));
      const rest = runs.toSpliced(chosen % runs.length, 1);
      expect(refusal(proofOf(proof.claim, rest), rest)).toMatch(
        /^(?:the plan without departures is not listed|plan \d+ departs from an execution that is not listed|at step \d+ of plan \d+, .* and no plan does that$)/u,
      );
    }),
    { ...RUNS, numRuns: 3 * RUNS.numRuns },
  );
});

test("with a digest that is another, it is refused, and the plan is named", () => {
  fc.assert(
    fc.property(program, fc.nat(), (threads, chosen) => {
      const { proof, runs } = certify(threads, explore(threads, { preemptions: 2 }));
      const index = chosen % runs.length;
      const executions = proof.executions.with(index, { ...proof.executions[index]!, digest: "0" });
      expect(refusal({ ...proof, executions }, runs)).toMatch(
        new RegExp(`^plan ${index + 1} does not do again what was recorded: `, "u"),
      );
    }),
    RUNS,
  );
});

test("with a larger bound than was searched, it is refused, and the preemption too many is named", () => {
  fc.assert(
    fc.property(program, fc.nat(2), (threads, preemptions) => {
      const { proof, runs } = certify(threads, explore(threads, { preemptions }));
      if (proof.claim.kind === "complete") return;
      const sentence = new RegExp(
        `, with ${preemptions + 1} preemptions? in all, and no plan does that$`,
        "u",
      );
      const raised = { kind: "bounded", preemptions: preemptions + 1 } as const;
      expect(refusal({ ...proof, claim: raised }, runs)).toMatch(sentence);
      expect(refusal({ ...proof, claim: { kind: "complete" } }, runs)).toMatch(sentence);
    }),
    RUNS,
  );
});

test("whatever was written down: what holds has every outcome that the claim is about", () => {
  const claim: fc.Arbitrary<Proof["claim"]> = fc.oneof(
    fc.constant({ kind: "complete" } as const),
    fc.nat(2).map((preemptions) => ({ kind: "bounded", preemptions }) as const),
  );
  let held = 0;
  fc.assert(
    fc.property(program, claim, fc.infiniteStream(fc.nat(40)), (threads, claimed, draws) => {
      // More than is needed, so that something can be missing without harm; often too little all the same.
      const all = certify(threads, explore(threads, { preemptions: Infinity, cache: false })).runs;
      const runs = all.filter(() => draws.next().value !== 0);
      if (refusal(proofOf(claimed, runs), runs) !== undefined) return;
      held++;
      const found = new Set(runs.map(({ outcome }: Run) => outcome));
      const limit = claimed.kind === "complete" ? Infinity : claimed.preemptions;
      for (const [outcome, fewest] of fewestPreemptions(threads)) {
        if (fewest <= limit) expect(found).toContain(outcome);
      }
    }),
    RUNS,
  );
  expect(held).toBeGreaterThan(RUNS.numRuns / 10);
});
