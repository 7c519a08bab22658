import { test } from "vitest";
import { checkResults, checkSizes, checkTexts } from "./_formats.ts";

test("10,000 results keep to every format: schema, sums, sizes, and nothing that is live", () => {
  checkResults(10_000);
});

test("100,000 texts are no command, link or markup in any form of text", () => {
  checkTexts(100_000);
});

test("the results of a whole course stay below the limits of what reads them", () => {
  checkSizes(200);
});
