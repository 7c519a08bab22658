import type { KataDefinition } from "../kata.ts";
import type { KataResult, ScenarioResult } from "../result.ts";
import { oneLine } from "../text.ts";
import { isBugClass } from "./_names.ts";
import type { MutantHeader } from "./header.ts";

/** What is wrong with the grade of a stub: it must fail cleanly everywhere, and earn nothing. */
export function stubProblems(result: KataResult): readonly string[] {
  const unclean = result.scenarios.filter(({ verdict }) => {
    return verdict !== "crash" && verdict !== "violation" && verdict !== "vacuous";
  });
  return [
    ...(result.earned === 0 ? [] : [`it earns ${result.earned} points instead of 0`]),
    ...(result.scenarios.length > 0 ? [] : ["no scenario ran"]),
    ...unclean.map((scenario) => `${told(scenario)} instead of failing cleanly`),
    ...result.scenarios.filter(isBroken).map((scenario) => `${told(scenario)}: it must compile`),
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
export function mutantProblems(header: MutantHeader, result: KataResult): readonly string[] {
  const killer = result.scenarios.find(({ id }) => id === header.killedBy);
  if (killer === undefined) return [`@killed-by: there is no scenario ${header.killedBy}`];
  const problems: string[] = [];
  if (killer.verdict !== header.verdict) {
    problems.push(`${told(killer)} instead of ${header.verdict}`);
  } else if (isBugClass(header.diagnosis) && killer.bugClass !== header.diagnosis) {
    problems.push(
      `${told(killer)} is called ${killer.bugClass ?? "nothing"}, not ${header.diagnosis}`,
    );
  }
  const killers = result.scenarios.filter(({ verdict }) => verdict !== "pass");
  if (killers.length === 0) problems.push("it survives");
  else if (killers.every(({ evidence }) => evidence.strategy === "stress")) {
    problems.push("only native stress kills it, so it may survive another time");
  }
  if (result.earned === result.points) problems.push("it earns all points");
  return problems;
}

/** A scenario that was never run because the submission could not be bundled. */
function isBroken({ evidence, message, bugClass }: ScenarioResult): boolean {
  return evidence.strategy === "none" && message !== undefined && bugClass === undefined;
}

function told({ id, verdict, message }: ScenarioResult): string {
  return `${id} gives ${verdict}${message === undefined ? "" : ` (${oneLine(message, 200)})`}`;
}
