/** From scenario results to points. Pure. */
import type { KataDefinition, RubricItem } from "./kata.ts";
import type { KataResult, RubricResult } from "./result.ts";
import type { ScenarioOutcome } from "./outcome.ts";

/** Scores a kata: an item earns all of its points or none. Scenarios that were not run earn nothing. */
export function score(
  kata: KataDefinition,
  outcomes: readonly ScenarioOutcome[],
  hidden: boolean,
): KataResult {
  const byId = new Map(outcomes.map((outcome) => [outcome.result.id, outcome]));
  const rubric = kata.rubric.map((item) => scoreItem(item, byId));
  return {
    kata: kata.slug,
    title: kata.title,
    earned: rubric.reduce((sum, { earned }) => sum + earned, 0),
    points: rubric.reduce((sum, { points }) => sum + points, 0),
    hidden,
    rubric,
    scenarios: outcomes.map(({ result }) => result),
  };
}

function scoreItem(item: RubricItem, byId: ReadonlyMap<string, ScenarioOutcome>): RubricResult {
  const { id, title, group, points, scenarios } = item;
  const found = scenarios.map((scenario) => byId.get(scenario));
  const reason = found.includes(undefined)
    ? "not run"
    : reasonAgainst(item, found as readonly ScenarioOutcome[]);
  return {
    id,
    title,
    group,
    points,
    earned: reason === undefined ? points : 0,
    scenarios,
    ...(reason === undefined || reason === "failed" ? {} : { reason }),
  };
}

/** Why an item earns nothing; undefined when it is earned. */
function reasonAgainst(
  { derive }: RubricItem,
  outcomes: readonly ScenarioOutcome[],
): string | undefined {
  if (derive === undefined)
    return outcomes.every(({ result }) => result.verdict === "pass") ? undefined : "failed";
  const open = outcomes.filter(({ result }) => result.verdict === "inconclusive");
  if (open.length > 0) return `not decided in ${open.map(({ result }) => result.id).join(", ")}`;
  const idle = outcomes.filter(({ exercised }) => !exercised);
  if (idle.length > 0) return `not exercised in ${idle.map(({ result }) => result.id).join(", ")}`;
  const bad = outcomes.filter(({ result, busyWaits }) =>
    derive === "no-data-race" ? result.verdict === "race" : busyWaits,
  );
  if (bad.length > 0)
    return `${derive === "no-data-race" ? "data race" : "busy-waiting"} in ${idsOf(bad)}`;
  const polling = outcomes.filter(({ polls }) => derive === "no-busy-wait" && polls === true);
  return polling.length === 0 ? undefined : `progress only by timeout in ${idsOf(polling)}`;
}

function idsOf(outcomes: readonly ScenarioOutcome[]): string {
  return outcomes.map(({ result }) => result.id).join(", ");
}
