/** What the papers promise, counted over fixed seeds. */
import { describe, expect, test } from "vitest";
import { campaign, countOf, isClimbed, ladder } from "./_samples.ts";
import { type Execution, type Thread, everyPath, read, steps, write } from "./_simulator.ts";

const SAMPLES = 4_096;

/** As many hits as the probability says, give or take four standard deviations. */
const near = (probability: number): readonly [from: number, to: number] => {
  const mean = SAMPLES * probability;
  const off = 4 * Math.sqrt(mean * (1 - probability));
  return [mean - off, mean + off];
};

function expectNear(hits: number, probability: number): void {
  const [from, to] = near(probability);
  expect(hits).toBeGreaterThanOrEqual(from);
  expect(hits).toBeLessThanOrEqual(to);
}

/** Twenty steps on a cell of its own, then one on the other thread's. */
const longFirst: readonly Thread[] = [
  steps(...Array.from({ length: 20 }, () => read(0)), write(1, 1)),
  steps(read(1)),
];
const isLongFirst = ({ final }: Execution): boolean => final.seen[1]?.[0] === 1;

describe("POS (Yuan, Yang and Gu, CAV 2018)", () => {
  test.each([0, 1, 2, 3, 4])(
    "decides each race anew: L%i with a probability of 1/2 for each race",
    (p) => {
      const hits = countOf(campaign("pos", ladder(p), { samples: SAMPLES }), isClimbed(p));
      expectNear(hits, 1 / 2 ** (p + 1));
    },
  );

  test("keeps the priority of what does not race: one step comes after 21 others with 1/22, not with 1/2²¹", () => {
    const drawn = campaign("pos", longFirst, { samples: SAMPLES });
    expectNear(countOf(drawn, isLongFirst), 1 / 22);
    expect(countOf(campaign("random", longFirst, { samples: SAMPLES }), isLongFirst)).toBe(0);
  });
});

describe("URW (Zhao et al., ASPLOS 2025)", () => {
  const program = [steps(read(0), read(0), read(0)), steps(read(1), read(1), read(1))];

  test("every interleaving is as likely as any other", () => {
    const drawn = campaign("urw", program, { samples: SAMPLES });
    for (const { schedule } of everyPath(program)) {
      expectNear(
        countOf(drawn, (execution) => execution.schedule === schedule),
        1 / 20,
      );
    }
  });

  test("which a random walk is not: it has 1/8 for a thread that runs straight to its end", () => {
    const drawn = campaign("random", program, { samples: SAMPLES });
    expectNear(
      countOf(drawn, ({ schedule }) => schedule === "000111"),
      1 / 8,
    );
  });
});

describe("PCT (Burckhardt et al., ASPLOS 2010)", () => {
  test.each([0, 1, 2])("of depth 3 hits L%i with at least 1/(n·k²)", (p) => {
    const hits = countOf(campaign("pct", ladder(p), { samples: SAMPLES }), isClimbed(p));
    expect(hits).toBeGreaterThanOrEqual(near(1 / (2 * (p + 2) ** 2))[0]);
  });

  test("hits what one thread must do first with at least 1/n, however long it is", () => {
    const drawn = campaign("idpct", longFirst, { samples: SAMPLES }).filter((_, i) => i % 5 === 0);
    expect(countOf(drawn, isLongFirst)).toBeGreaterThanOrEqual(drawn.length / 2 - 60);
  });
});
