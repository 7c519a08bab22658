import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ClassResult } from "../grade/class/result.ts";
import {
  classLines,
  toClassPage,
  toClassSummary,
  toCtrf,
  toGradescope,
  toGradesCsv,
  toJUnit,
} from "../report/class/index.ts";
import { toJson } from "../report/index.ts";
import { type Earlier, printChanges } from "./_class-compare.ts";
import { KNOWN } from "./_class-folder.ts";
import { writeWhole } from "./_write-file.ts";
import type { Io } from "./io.ts";
import { EXIT } from "./run.ts";

/** A class to be written. */
export interface ClassOutput {
  readonly out: string;
  readonly result: ClassResult;
  /** What it is compared with. */
  readonly earlier: Earlier | undefined;
  readonly acceptLower: boolean;
}

/**
 * Writes everything that there is to say about a class. Returns the exit code.
 *
 * Where a grade has fallen, nothing is written unless that was accepted: what is on the disk stays
 * what the next run is compared with.
 */
export function writeClass({ out, result, earlier, acceptLower }: ClassOutput, io: Io): number {
  const lower = earlier === undefined ? 0 : printChanges(earlier, result, io);
  if (lower > 0 && !acceptLower) {
    const have = lower === 1 ? "grade is" : "grades are";
    io.stderr.write(
      `katas: ${lower} ${have} lower than before, so nothing was written: ` +
        "look at the reasons, then say --accept-lower\n",
    );
    return EXIT.failed;
  }
  writeAll(out, result);
  io.stdout.write(summaryOf(result));
  return EXIT.passed;
}

/** The reports, and at last the result: where it is, everything else is as well. */
function writeAll(out: string, result: ClassResult): void {
  const json = toJson(result);
  // Reports say what the JSON says, which a merge has read from a file.
  const shown = JSON.parse(json) as ClassResult;
  const lines = classLines(shown);
  const byStudent = Map.groupBy(lines, ({ student }) => student);
  const gradescope = join(out, "gradescope");
  rmSync(gradescope, { recursive: true, force: true });
  for (const student of shown.students) {
    mkdirSync(join(gradescope, student.student), { recursive: true });
    const file = join(gradescope, student.student, "results.json");
    writeWhole(file, toGradescope(student, byStudent.get(student) ?? []));
  }
  writeWhole(join(out, "grades.csv"), toGradesCsv(shown));
  writeWhole(join(out, "junit.xml"), toJUnit(lines));
  writeWhole(join(out, "ctrf.json"), toCtrf(shown, lines));
  writeWhole(join(out, "summary.md"), toClassSummary(shown));
  writeWhole(join(out, "index.html"), toClassPage(shown));
  writeWhole(join(out, KNOWN.results), json);
}

function summaryOf({ students, katas, earned, points, alike = [] }: ClassResult): string {
  const cells = students.flatMap((student) => student.katas);
  const count = (wanted: string): number => cells.filter(({ state }) => state === wanted).length;
  const late = students.filter((student) => student.late).length;
  const parts = [
    `${count("graded")} graded`,
    `${count("missing")} missing`,
    `${count("unreadable")} unreadable`,
    ...(count("failed") === 0 ? [] : [`${count("failed")} not graded`]),
    `${late} of the students late`,
  ];
  return (
    `katas class: ${students.length} students × ${katas.length} katas, ${earned}/${points} points\n` +
    `  ${parts.join(", ")}; index.html shows who, and why\n` +
    alikeLine(alike.length)
  );
}

function alikeLine(groups: number): string {
  if (groups === 0) return "";
  return `  ${groups} group${groups === 1 ? "" : "s"} of submissions much alike, for a person to look at\n`;
}
