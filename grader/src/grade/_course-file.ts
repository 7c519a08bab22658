import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GraderError, type GraderErrorCode } from "./error.ts";
import type { KataDefinition } from "./kata.ts";
import { messageOf, oneLine } from "./text.ts";

/** A file of the course beside `kata.json`, read. */
export interface CourseFile {
  /** Its name in messages: `katas/bank-balance/hints.md`. */
  readonly where: string;
  readonly text: string;
}

/**
 * Reads `name` in the kata's folder.
 *
 * @throws GraderError `code` if it cannot be read
 */
export function readCourseFile(
  { folder, slug }: KataDefinition,
  name: string,
  code: GraderErrorCode,
): CourseFile {
  const where = `katas/${slug}/${name}`;
  try {
    return { where, text: readFileSync(join(folder, name), "utf8") };
  } catch (error) {
    throw new GraderError(code, `${where} cannot be read: ${oneLine(messageOf(error))}`);
  }
}
