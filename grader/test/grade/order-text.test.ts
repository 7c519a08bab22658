import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatOrder, parseOrder } from "../../src/grade/order-text.ts";
import { textHash } from "../../src/schedule/index.ts";

const label = fc.string({ maxLength: 20 });
const plan = fc
  .array(fc.tuple(fc.nat(100_000), label), { maxLength: 20 })
  .map((entries) => entries.map(([choice, text]) => ({ choice, text })));

describe("replay ids of tasks", () => {
  test("what is written is read again", () => {
    fc.assert(
      fc.property(plan, fc.nat(2 ** 31 - 1), (entries, size) => {
        const labels = entries.map(({ text }) => text);
        const text = formatOrder({ scenario: "A1", size }, entries, labels);
        expect(parseOrder(text)).toEqual({
          scenario: "A1",
          size,
          choices: entries.map(({ choice, text: said }) => ({ choice, label: textHash(said) })),
        });
      }),
    );
  });

  test("any other text is refused in one line, or read as what it would be written as", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String().map((code) => `A1:${code}`),
        ),
        (text) => {
          try {
            const { scenario, size, choices } = parseOrder(text);
            expect(scenario).not.toBe("");
            expect(size).toBeGreaterThanOrEqual(0);
            expect(choices.every(({ choice }) => Number.isSafeInteger(choice))).toBe(true);
          } catch (error) {
            expect(error).toMatchObject({ code: "E_BAD_REPLAY" });
            expect((error as Error).message).not.toContain("\n");
          }
        },
      ),
    );
  });
});
