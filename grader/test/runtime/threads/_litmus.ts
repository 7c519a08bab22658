/** Litmus programs: a test file names them where it talks about them, and all of them are graded at once. */
import type { ScenarioResult } from "../../../src/grade/result.ts";
import { type Program, gradePrograms } from "./_programs.ts";

/** What is known of a program once it is graded. */
export interface Shown {
  readonly verdict: ScenarioResult["verdict"];
  /** Preemptions of the failing schedule, which are the fewest. */
  readonly preemptions?: number;
  /** Results, thread by thread, of the failing schedule. */
  readonly got?: string;
  readonly message?: string;
  readonly bugClass?: string;
  /** True when every interleaving is covered. */
  readonly complete: boolean;
  readonly waiters?: readonly string[];
}

/** What a program shows that does the same wrong in no interleaving at all. */
export const proved = { verdict: "pass", complete: true } as const;

/** Makes a file's programs; they are graded when the first of them is asked for. */
export function createLitmus(): (program: Program) => () => Promise<Shown> {
  const programs: Record<string, Program> = {};
  let graded: Promise<ReadonlyMap<string, ScenarioResult>> | undefined;
  return (program) => {
    const name = `program ${Object.keys(programs).length}`;
    programs[name] = program;
    return async () => {
      graded ??= gradePrograms(programs);
      return show((await graded).get(name) as ScenarioResult);
    };
  };
}

function show({ verdict, got, message, bugClass, evidence, story }: ScenarioResult): Shown {
  return {
    verdict,
    complete: evidence.complete,
    ...(got === undefined ? {} : { got }),
    ...(message === undefined ? {} : { message }),
    ...(bugClass === undefined ? {} : { bugClass }),
    ...(story === undefined
      ? {}
      : { preemptions: story.preemptions, waiters: story.waiters.map(({ text }) => text) }),
  };
}
