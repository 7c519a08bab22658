/** Executions that ended early, and those in which nothing happened. */
import { operationText } from "../rows.ts";
import { workerName } from "../reading.ts";
import { atPlace, placesOf } from "../source.ts";
import type { Pattern, Rule } from "./finding.ts";

/** An error that nobody caught; a `TODO` of the stub is no bug. */
export const uncaughtError: Rule = (reading) => {
  const { crash } = reading.trace;
  if (crash === undefined || crash.assertion) return [];
  const place = placesOf(crash.frames, reading.lookup).own;
  if (crash.code === "TODO") {
    return [
      {
        bugClass: "unfinished",
        sentence: `not written yet: ${crash.message}${atPlace(place)}`,
        operations: [],
      },
    ];
  }
  const message = crash.message === "" ? "" : `: ${crash.message}`;
  const sentence = `${workerName(crash.thread)} threw ${crash.code}${message}${atPlace(place)}`;
  return [{ bugClass: "uncaught-error", sentence, operations: [] }];
};

/** An assertion of the scenario, in its own words. */
export const brokenAssertion: Rule = ({ trace: { crash } }) =>
  crash?.assertion === true ? [{ sentence: crash.message, operations: [] }] : [];

/** Calls that had to go well, and did not. */
export const nothingReturned: Rule = ({ trace }) => {
  const threw = trace.operations.filter(
    ({ outcome, thread }) => thread >= 0 && outcome.kind === "threw",
  );
  const [first] = threw;
  if (first === undefined) return [];
  const pattern: Pattern = {
    sentence: `nothing that this scenario is about has happened: ${workerName(first.thread)}'s ${operationText(first)}`,
    operations: [first],
  };
  return [pattern];
};
