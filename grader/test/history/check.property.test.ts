import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkLinearizable,
  createHistoryChecker,
  type Consistency,
  type Operation,
} from "../../src/history/index.ts";
import { anyHistory, legalHistory } from "./_arbitrary.ts";
import { isLegal, isWitness, mostPlaced, mustPrecede, statesAfter } from "./_brute-force.ts";
import { operation } from "./_record.ts";
import { subjects } from "./_subjects.ts";

const RUNS = { numRuns: Number(process.env["HISTORY_RUNS"] ?? 400), seed: 1 };

const consistency = fc.constantFrom<Consistency>("linearizable", "sequential");
const isCompleted = ({ outcome }: Operation): boolean => outcome.kind !== "pending";

describe.each(subjects.map((subject) => [subject.model.name, subject] as const))(
  "random histories of a %s",
  (_name, { model, ...vocabulary }) => {
    test("have the verdict that trying every order gives", () => {
      fc.assert(
        fc.property(anyHistory(model, vocabulary), consistency, (history, kind) => {
          const verdict = checkLinearizable(history, model, { consistency: kind });
          expect(verdict.kind === "linearizable").toBe(isLegal(history, model, kind));
        }),
        RUNS,
      );
    });

    test("are accepted with an order that shows it", () => {
      fc.assert(
        fc.property(anyHistory(model, vocabulary), consistency, (history, kind) => {
          const verdict = checkLinearizable(history, model, { consistency: kind });
          fc.pre(verdict.kind === "linearizable");
          expect(isWitness(verdict.order, history, model, kind)).toBe(true);
          expect(history.filter(isCompleted).every((o) => verdict.order.includes(o))).toBe(true);
        }),
        RUNS,
      );
    });

    test("are rejected with a beginning after which no state allows the operation named", () => {
      fc.assert(
        fc.property(anyHistory(model, vocabulary), consistency, (history, kind) => {
          const options = { consistency: kind, partition: false, maxStates: Infinity };
          const verdict = checkLinearizable(history, model, options);
          fc.pre(verdict.kind === "notLinearizable");
          const { longest, unplaced, states } = verdict;
          expect(isWitness(longest, history, model, kind)).toBe(true);
          expect(longest.filter(isCompleted)).toHaveLength(mostPlaced(history, model, kind));
          expect(longest).not.toContain(unplaced);
          const earlier = history.filter((o) => mustPrecede(o, unplaced, history, kind));
          expect(earlier.every((o) => !isCompleted(o) || longest.includes(o))).toBe(true);
          expect(states.map(({ state }) => state)).toEqual(
            expect.arrayContaining([...statesAfter(longest, model)]),
          );
          expect(states.flatMap(({ state }) => model.step(state, unplaced))).toEqual([]);
        }),
        RUNS,
      );
    });

    test("are accepted when each operation takes effect between its call and its return", () => {
      fc.assert(
        fc.property(legalHistory(model, vocabulary), consistency, (history, kind) => {
          const verdict = checkLinearizable(history, model, { consistency: kind });
          expect(verdict.kind).toBe("linearizable");
        }),
        RUNS,
      );
    });

    test("are sequentially consistent when they are linearizable", () => {
      fc.assert(
        fc.property(anyHistory(model, vocabulary), (history) => {
          fc.pre(checkLinearizable(history, model).kind === "linearizable");
          const verdict = checkLinearizable(history, model, { consistency: "sequential" });
          expect(verdict.kind).toBe("linearizable");
        }),
        RUNS,
      );
    });

    test("have the same verdict part by part", () => {
      fc.assert(
        fc.property(anyHistory(model, vocabulary), consistency, (history, kind) => {
          const whole = checkLinearizable(history, model, { consistency: kind, partition: false });
          const parts = checkLinearizable(history, model, { consistency: kind });
          expect(parts.kind).toBe(whole.kind);
        }),
        RUNS,
      );
    });

    test("have the same verdict and evidence from memory", () => {
      // So small a memory forgets, too.
      const checker = createHistoryChecker(model, { memo: 20 });
      fc.assert(
        fc.property(anyHistory(model, vocabulary), (history) => {
          const fresh = checkLinearizable(history, model);
          expect(checker.check(history)).toEqual(fresh);
          expect(checker.check(history)).toEqual(fresh);
        }),
        RUNS,
      );
      expect(checker.counts().remembered).toBeGreaterThan(checker.counts().searched / 2);
    });
  },
);

test("operations beyond the 32nd count as the others do", () => {
  const [{ model, ...vocabulary }] = subjects as [(typeof subjects)[0]];
  const warmUp = Array.from({ length: 31 }, (_, i) =>
    operation(9, [i - 99, i - 99], "read", [], 0),
  );
  fc.assert(
    fc.property(anyHistory(model, vocabulary), consistency, (history, kind) => {
      const verdict = checkLinearizable([...warmUp, ...history], model, { consistency: kind });
      expect(verdict.kind === "linearizable").toBe(isLegal(history, model, kind));
    }),
    RUNS,
  );
});
