import { existsSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { readClassResult } from "../grade/class/class-file.ts";
import { compareClasses, type GradeChange, isLower } from "../grade/class/compare.ts";
import type { ClassResult } from "../grade/class/result.ts";
import { GraderError } from "../grade/error.ts";
import { messageOf, oneLine } from "../grade/text.ts";
import { KNOWN } from "./_class-folder.ts";
import type { Io } from "./io.ts";
import type { CompareFlags } from "./program.ts";

/** An earlier result. */
export interface Earlier {
  readonly where: string;
  readonly result: ClassResult;
}

/**
 * The result to compare with: what `--compare` names, else what an earlier run left in the output
 * folder.
 *
 * @throws GraderError `E_BAD_CLASS`
 */
export function earlierResult(
  out: string,
  { compare }: CompareFlags,
  { cwd }: Io,
): Earlier | undefined {
  const path = compare === undefined ? join(out, KNOWN.results) : resolve(cwd, compare);
  if (compare === undefined && !existsSync(path)) return undefined;
  const where = basename(path);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new GraderError(
      "E_BAD_CLASS",
      `${oneLine(path)} cannot be read (${oneLine(messageOf(error))}): name an earlier results.json`,
    );
  }
  return { where, result: readClassResult(text, where) };
}

/** Prints what has changed. Returns how many grades are lower than before. */
export function printChanges(
  { where, result: before }: Earlier,
  after: ClassResult,
  io: Io,
): number {
  const changes = compareClasses(before, after);
  const counts = ["fell", "gone", "rose", "new", "changed"].flatMap((kind) => {
    const count = changes.filter((change) => change.kind === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  const said = counts.length === 0 ? "no grade has changed" : `grades: ${counts.join(", ")}`;
  io.stdout.write(`compared with ${oneLine(where)}, ${said}\n`);
  for (const change of changes) io.stdout.write(textOf(change));
  return changes.filter(isLower).length;
}

function textOf({ student, kata, kind, before, after, reasons }: GradeChange): string {
  const head = `  ${kind.padEnd(7)}  ${student} ${kata}  ${before ?? "–"} → ${after ?? "–"}`;
  return [head, ...reasons.map((reason) => `           ${oneLine(reason, 400)}`), ""].join("\n");
}
