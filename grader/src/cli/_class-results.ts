import { join } from "node:path";
import type { ClassResult } from "../grade/class/result.ts";
import { toJson } from "../report/index.ts";
import { KNOWN } from "./_class-folder.ts";
import { writeWhole } from "./_write-file.ts";
import type { Io } from "./io.ts";
import type { CompareFlags } from "./program.ts";
import { EXIT } from "./run.ts";

/** A class to be written. */
export interface ClassOutput {
  readonly out: string;
  readonly result: ClassResult;
  readonly compare: CompareFlags;
}

/** Writes everything that there is to say about a class. Returns the exit code. */
export function writeClass({ out, result }: ClassOutput, io: Io): number {
  writeWhole(join(out, KNOWN.results), toJson(result));
  io.stdout.write(summaryOf(result));
  return EXIT.passed;
}

function summaryOf({ students, katas, earned, points }: ClassResult): string {
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
    `  ${parts.join(", ")}\n`
  );
}
