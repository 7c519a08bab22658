import { expect, test, vi } from "vitest";
import { encodeFrame } from "../../src/runtime/frames.ts";
import { account, NODE } from "./_cheat.ts";
import { openZoo, wordsOf } from "./_grade.ts";
import { unsealed } from "./unsealed/host.ts";

vi.setConfig({ testTimeout: 60_000 });

const operation = (thread: number, call: number, name: string, args: number[], value?: number) => ({
  id: call,
  thread,
  name,
  args,
  call,
  return: call,
  outcome: { kind: "returned", value },
});

/** What a host says that has run a correct submission. */
const EVIDENCE = [
  {
    kind: "outcome",
    scenario: "T1",
    outcome: {
      schedule: 1,
      preemptions: 0,
      plan: [],
      end: "done",
      operations: [
        operation(0, 0, "deposit", [1]),
        operation(0, 1, "deposit", [2]),
        operation(1, 2, "deposit", [4]),
        operation(1, 3, "deposit", [8]),
        operation(2, 4, "balance", [], 15),
        operation(-1, 5, "balance", [], 15),
      ],
    },
  },
  {
    kind: "explored",
    scenario: "T1",
    explored: {
      strategy: "preemption-bounding",
      schedules: 648,
      bound: 2,
      complete: true,
      states: 100,
      steps: 1_000,
      perBound: [1, 50, 648],
      probes: 0,
      rescued: 0,
      cut: 0,
    },
  },
];

/** Adapted to our own source: it writes the evidence itself, and then lets nobody else write any. */
/** A submission that writes evidence itself. */
const forgerOf = (evidence: readonly unknown[]): string =>
  account({
    top: NODE,
    deposit: `node("fs").writeSync(3, ${JSON.stringify(evidence.map(encodeFrame).join(""))}); for (;;);`,
  });
const forger = forgerOf(EVIDENCE);

test("without a compartment a submission forges its evidence, and scores", async () => {
  const zoo = await openZoo({ change: unsealed });
  const result = await zoo.grade(forger);
  expect(wordsOf(result)).toBe("pass");
  expect(result.earned).toBe(8);
});

test("a search that shows no execution is no pass, whoever says so", async () => {
  const zoo = await openZoo({ change: unsealed });
  const result = await zoo.grade(forgerOf(EVIDENCE.slice(1)));
  expect(wordsOf(result)).toBe("inconclusive; the search ended without showing one execution");
  expect(result.earned).toBe(0);
});

test("in the compartment it does not", async () => {
  const zoo = await openZoo();
  const result = await zoo.grade(forger);
  expect(wordsOf(result)).toContain("properties of undefined");
  expect(result.earned).toBe(0);
});
