import type { Derivation, KataDefinition, RubricItem } from "../kata.ts";
import type { KataResult, ScenarioResult, Verdict } from "../result.ts";
import { oneLine } from "../text.ts";
import { isBugClass } from "./_names.ts";
import type { MutantHeader } from "./header.ts";

/** What is wrong with the grade of a stub: it must fail cleanly everywhere, and earn nothing. */
export function stubProblems(result: KataResult): readonly string[] {
  const ran = result.scenarios.filter((scenario) => !wasNotRun(scenario));
  const unclean = ran.filter(({ verdict }) => {
    return verdict !== "crash" && verdict !== "violation" && verdict !== "vacuous";
  });
  return [
    ...(result.earned === 0 ? [] : [`it earns ${result.earned} points instead of 0`]),
    ...(ran.length > 0 ? [] : ["no scenario ran"]),
    ...unclean.map((scenario) => `${told(scenario)} instead of failing cleanly`),
    ...ran.filter(isBroken).map((scenario) => `${told(scenario)}: it must compile`),
  ];
}

/** What is wrong with the grade of a correct submission: every scenario passes, all is earned. */
export function correctProblems(result: KataResult): readonly string[] {
  return [
    ...result.scenarios
      .filter(({ verdict }) => verdict !== "pass")
      .map((scenario) => `${told(scenario)} instead of pass`),
    ...result.rubric
      .filter(({ earned, points }) => earned !== points)
      .map(({ id, reason }) => `${id} is not earned${reason === undefined ? "" : `: ${reason}`}`),
    ...(result.earned === result.points ? [] : [`${result.earned}/${result.points} points`]),
  ];
}

/** Whether the rubric and the scenario files of a kata belong together. */
export function rubricProblems(kata: KataDefinition, result: KataResult): readonly string[] {
  const scored = new Set(kata.rubric.flatMap(({ scenarios }) => scenarios));
  const ids = result.scenarios.map(({ id }) => id);
  return [
    ...[...scored].filter((id) => !ids.includes(id)).map((id) => `there is no scenario ${id}`),
    ...ids.filter((id) => !scored.has(id)).map((id) => `scenario ${id} gives no points`),
    ...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `scenario ${id} is there twice`),
  ];
}

/** What is wrong with the grade of a mutant: it must fall as its header says, and cost points. */
export function mutantProblems(
  kata: KataDefinition,
  header: MutantHeader,
  result: KataResult,
): readonly string[] {
  const derived = kata.rubric.find((item) => item.derive && item.id === header.killedBy);
  const problems = [
    ...(derived === undefined
      ? killerProblems(header, result)
      : derivedProblems(header, derived, result)),
  ];
  const killers = result.scenarios.filter(
    (scenario) => scenario.verdict !== "pass" && !wasNotRun(scenario),
  );
  const isByStress = killers.every(({ evidence }) => evidence.strategy === "stress");
  if (result.earned === result.points) problems.push("it survives");
  else if (killers.length > 0 && isByStress) {
    problems.push("only native stress kills it, so it may survive another time");
  }
  return problems;
}

/** What is wrong with the scenario that a header names. */
function killerProblems(header: MutantHeader, { scenarios }: KataResult): readonly string[] {
  const killer = scenarios.find(({ id }) => id === header.killedBy);
  if (killer === undefined) return [`@killed-by: there is no scenario ${header.killedBy}`];
  if (killer.verdict !== header.verdict) return [`${told(killer)} instead of ${header.verdict}`];
  if (!isBugClass(header.diagnosis) || killer.bugClass === header.diagnosis) return [];
  return [`${killer.id} is called ${killer.bugClass ?? "nothing"}, not ${header.diagnosis}`];
}

/** The verdict that a header gives to what a derived item finds. */
const VERDICT_OF: Readonly<Record<Derivation, Verdict>> = {
  "no-data-race": "race",
  "no-busy-wait": "livelock",
};

/** What is wrong with the derived item of the rubric that a header names. */
function derivedProblems(
  { verdict }: MutantHeader,
  { id, derive }: RubricItem,
  { rubric }: KataResult,
): readonly string[] {
  const wanted = derive === undefined ? undefined : VERDICT_OF[derive];
  const found = rubric.find((item) => item.id === id);
  return [
    ...(found?.earned === 0 ? [] : [`${id} is earned`]),
    ...(verdict === wanted ? [] : [`@verdict is ${verdict}, and ${id} finds ${wanted}`]),
  ];
}

/** A scenario that was left out because others fail already. */
function wasNotRun({ verdict, evidence }: ScenarioResult): boolean {
  return verdict === "inconclusive" && evidence.strategy === "none";
}

/** A scenario that was never run because the submission could not be bundled. */
function isBroken({ evidence, message, bugClass }: ScenarioResult): boolean {
  return evidence.strategy === "none" && message !== undefined && bugClass === undefined;
}

function told({ id, verdict, message }: ScenarioResult): string {
  return `${id} gives ${verdict}${message === undefined ? "" : ` (${oneLine(message, 200)})`}`;
}
