/** Samples of correct programs: spin locks, timed waits, futexes and barriers, drawn in every way that we have. */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { gradeKata } from "../../src/grade/grade-kata.ts";
import { corpusFiles } from "../litmus/_grade.ts";
import { kata } from "../runtime/threads/_grade-text.ts";
import scenarios, { SAMPLES } from "./_sampled-corpus.ts";

const twins = scenarios.map(({ id }) => id).filter((id) => id.endsWith("-twin"));
const file = fileURLToPath(new URL("_sampled-corpus.ts", import.meta.url));

test("no sample of a correct program of the corpus fails, and all of them end", async () => {
  const submission = { name: "litmus", files: corpusFiles() };
  const graded = await gradeKata(kata, submission, { scenarioFiles: [file], only: twins });
  const seen = graded.scenarios.map(({ id, verdict, evidence, got }) => ({
    id,
    found: got,
    isUndecided: verdict === "inconclusive" || evidence.complete,
    samples: evidence.complete ? SAMPLES : evidence.samples,
  }));
  expect(seen).toEqual(
    twins.map((id) => ({ id, found: undefined, isUndecided: true, samples: SAMPLES })),
  );
}, 600_000);
