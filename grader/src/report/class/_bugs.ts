/** Which mistakes a class made, and how many of it. */
import type { ClassResult } from "../../grade/class/result.ts";
import { bugName, markOf } from "../_labels.ts";

/** One kind of mistake. */
export interface ClassBug {
  readonly name: string;
  /** Students who made it, in whatever katas. */
  readonly students: number;
  /** Students by kata, in the order of the class. */
  readonly katas: readonly { readonly kata: string; readonly students: number }[];
}

/** What no diagnosis has a name for. */
const NAMELESS = "without a name";

/** Every mistake that somebody made, those of most students first, and at last what has no name. */
export function classBugs({ katas, students }: ClassResult): readonly ClassBug[] {
  const found = new Map<string, Map<string, Set<string>>>();
  for (const { student, katas: cells } of students) {
    for (const { result } of cells) {
      for (const scenario of result.scenarios.filter((one) => markOf(one) === "FAIL")) {
        const name = bugName(scenario) ?? NAMELESS;
        const byKata = found.get(name) ?? new Map<string, Set<string>>();
        found.set(name, byKata);
        byKata.set(result.kata, (byKata.get(result.kata) ?? new Set()).add(student));
      }
    }
  }
  return [...found]
    .map(([name, byKata]) => ({
      name,
      students: new Set([...byKata.values()].flatMap((some) => [...some])).size,
      katas: katas.flatMap(({ kata }) => {
        const count = byKata.get(kata)?.size ?? 0;
        return count === 0 ? [] : [{ kata, students: count }];
      }),
    }))
    .toSorted(
      (a, b) =>
        Number(a.name === NAMELESS) - Number(b.name === NAMELESS) ||
        b.students - a.students ||
        (a.name < b.name ? -1 : 1),
    );
}
