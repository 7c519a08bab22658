import fc from "fast-check";
import { expect, test } from "vitest";
import { fingerprintsOf } from "../../../src/grade/class/alike/fingerprints.ts";

const token = fc.constantFrom("n", "v", "let", "(", ")", "{", "}", ";", "=", "if");
const text = fc.array(token, { maxLength: 60 });

test("whatever stands around a run of 15 tokens, it leaves a fingerprint", () => {
  fc.assert(
    fc.property(
      fc.array(token, { minLength: 15, maxLength: 40 }),
      fc.tuple(text, text, text, text),
      (run, [a, b, c, d]) => {
        const one = fingerprintsOf([...a, ...run, ...b]);
        const other = fingerprintsOf([...c, ...run, ...d]);
        expect(one.isDisjointFrom(other)).toBe(false);
      },
    ),
  );
});

test("every fingerprint belongs to a run of 12 tokens", () => {
  fc.assert(
    fc.property(text, (tokens) => {
      const runs = Array.from({ length: Math.max(0, tokens.length - 11) }, (_, i) =>
        [...fingerprintsOf(tokens.slice(i, i + 12))].at(0),
      );
      const all = new Set(runs);
      expect([...fingerprintsOf(tokens)].every((fingerprint) => all.has(fingerprint))).toBe(true);
      expect(fingerprintsOf(tokens).size > 0).toBe(tokens.length >= 12);
    }),
  );
});
