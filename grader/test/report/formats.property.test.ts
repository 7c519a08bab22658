import { test } from "vitest";
import { checkResults, checkSizes, checkTexts } from "./_formats.ts";

const timeout = 120_000;

// `npm run test:full -w grader` has 10,000 and 100,000.
test(
  "results keep to every format: schema, sums, sizes, and nothing that is live",
  { timeout },
  () => {
    checkResults(1_000);
  },
);

test("texts are no command, link or markup in any form of text", { timeout }, () => {
  checkTexts(10_000);
});

test("the results of a whole course stay below the limits of what reads them", { timeout }, () => {
  checkSizes(5);
});
