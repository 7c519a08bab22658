/** How soon a failure is told, and by which execution: each mutant of the katas of threads, in the scenario of its header. */
import { type ScenarioResult, gradeKata } from "../src/grade/index.ts";
import { openKata } from "./_kata.ts";
import { figure, median, printTable } from "./_print.ts";

const KATAS = ["bank-balance", "philosophers", "singleton", "thread-local", "joinable-queue"];
/** Targets: seconds until a failure is told, and the schedules in which 95 percent are found. */
const SECONDS = 2;
const SCHEDULES = 100;

interface Told {
  readonly mutant: string;
  readonly strategy: string;
  readonly schedules: number;
  readonly verdict: string;
  /** Median over the runs. */
  readonly seconds: number;
}

/** Runs the benchmark and prints its table. */
export async function benchTold(runs: number): Promise<void> {
  const rows: string[][] = [];
  const late: Told[] = [];
  for (const slug of KATAS) {
    const told = await toldIn(slug, runs);
    // No execution of a vacuous scenario fails: it is told at the end of the search.
    const searched = told.filter(
      ({ strategy, verdict }) => strategy === "preemption-bounding" && verdict !== "vacuous",
    );
    const soon = searched.filter(({ schedules }) => schedules <= SCHEDULES);
    const seconds = told.map((item) => item.seconds);
    late.push(
      ...told.filter((item) => item.seconds > SECONDS),
      ...searched.filter((item) => item.schedules > SCHEDULES),
    );
    rows.push([
      slug,
      String(told.length),
      figure(median(seconds), 2),
      figure(Math.max(...seconds), 2),
      `${soon.length} of ${searched.length}`,
      String(Math.max(...searched.map(({ schedules }) => schedules))),
    ]);
  }
  printTable(
    `first failures, from the start of a host to the told story (medians of ${runs} runs; target ${SECONDS} s, ${SCHEDULES} schedules for 95 %)`,
    ["kata", "mutants", "median s", "max s", `within ${SCHEDULES} schedules`, "max schedules"],
    rows,
  );
  if (late.length === 0) return;
  printTable(
    "beyond a target",
    ["mutant", "verdict", "strategy", "schedules", "s"],
    [...new Set(late)].map(({ mutant, verdict, strategy, schedules, seconds }) => [
      mutant,
      verdict,
      strategy,
      String(schedules),
      figure(seconds, 2),
    ]),
  );
}

async function toldIn(slug: string, runs: number): Promise<readonly Told[]> {
  const { kata, subjects, options } = await openKata(slug);
  const told: Told[] = [];
  for (const subject of subjects) {
    if (subject.kind !== "mutant" || subject.header === undefined) continue;
    const { killedBy } = subject.header;
    // Some cost nothing but a point for craft, which no scenario decides.
    if (!kata.rubric.some(({ scenarios }) => scenarios.includes(killedBy))) continue;
    const only = [killedBy];
    const seconds: number[] = [];
    let result: ScenarioResult | undefined;
    for (let run = 0; run < runs; run++) {
      const began = performance.now();
      const { scenarios } = await gradeKata(kata, subject.submission, { ...options, only });
      seconds.push((performance.now() - began) / 1_000);
      result = scenarios[0];
    }
    if (result === undefined) throw new Error(`${slug} has no scenario ${only.join()}`);
    const { strategy, schedules } = result.evidence;
    const { verdict } = result;
    const mutant = `${slug}/${subject.name}`;
    told.push({ mutant, strategy, schedules, verdict, seconds: median(seconds) });
  }
  return told;
}
