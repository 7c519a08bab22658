import { gradeCorpus } from "../test/litmus/_grade.ts";
import { litmusPage } from "../test/litmus/_table.ts";

/** Grades the litmus corpus and prints the page `docs/litmus.md`. */
export async function benchLitmus(): Promise<void> {
  process.stdout.write(`\n${litmusPage(await gradeCorpus())}`);
}
