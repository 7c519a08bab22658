import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ClassResult } from "../../src/grade/class/result.ts";
import type { gradeKata } from "../../src/grade/grade-kata.ts";
import { courseOf, kataJson, type Files } from "../grade/_course.ts";
import { kataResult, scenarioResult, STORY } from "../grade/_result.ts";
import { katas, type Ran } from "./_run.ts";

/** A course with the katas `tiny` and `wee`, and a class of five students in `class/`. */
export function courseWithClass(files: Files = {}): string {
  return courseOf({
    "katas/wee/kata.json": kataJson({ slug: "wee", title: "Another counter", given: [], order: 2 }),
    "katas/wee/test/public.ts": "export default [];\n",
    "class/ada/katas/tiny/src/index.ts": "full // ada",
    "class/ada/katas/wee/src/index.ts": "full // ada",
    "class/bo/tiny/src/index.ts": "racy",
    "class/bo/wee/src/index.ts": "full",
    "class/cy/tiny/src/index.ts": "\u0000",
    "class/cy/wee/src/index.ts": "racy",
    "class/di/README.md": "",
    "class/ed/tiny/src/index.ts": "full",
    ...files,
  });
}

/** A grader that goes by the text of the submission, and remembers what it was asked. */
export function fakeGrader(
  before: (student: string, kata: string) => Promise<void> | void = () => {},
): { gradeKata: typeof gradeKata; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async gradeKata({ slug }, { name, files }, { hidden = false }) {
      await before(name, slug);
      asked.push(`${name} ${slug}`);
      const racy = files.get("src/index.ts")?.startsWith("racy") === true;
      const failure = { bugClass: "lost-update", got: "a count of 1", story: STORY } as const;
      const result = kataResult([
        scenarioResult("B1"),
        racy ? scenarioResult("T1", "violation", failure) : scenarioResult("T1"),
      ]);
      return { ...result, kata: slug, hidden };
    },
  };
}

/** Runs `katas class class --out out` with more flags. */
export async function gradeClassIn(
  root: string,
  gradeKata: ReturnType<typeof fakeGrader>["gradeKata"],
  ...more: readonly string[]
): Promise<Ran> {
  return katas(["class", "class", "--out", "out", ...more], root, { gradeKata });
}

/** The results.json in a folder. */
export function resultsIn(root: string, folder = "out"): ClassResult {
  return JSON.parse(readFileSync(join(root, folder, "results.json"), "utf8")) as ClassResult;
}
