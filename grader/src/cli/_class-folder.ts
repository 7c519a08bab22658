import { mkdirSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { GraderError } from "../grade/error.ts";
import { messageOf, oneLine } from "../grade/text.ts";
import type { Io } from "./io.ts";

/** The files of an output folder by which it is known again, whatever else is in it. */
export const KNOWN = { journal: "journal", results: "results.json" };

/**
 * The folder that an `--out` flag means, made if it is not there. It is empty, or an earlier run wrote
 * it: files of somebody else are never among the results, nor replaced by them.
 *
 * @throws GraderError `E_BAD_FLAG` or `E_WRITE`
 */
export function requireClassFolder(flag: string | undefined, { cwd }: Io): string {
  if (flag === undefined) {
    throw new GraderError("E_BAD_FLAG", "where to? Say --out FOLDER, which holds all results");
  }
  const folder = resolve(cwd, flag);
  let names: readonly string[];
  try {
    mkdirSync(folder, { recursive: true });
    names = readdirSync(folder);
  } catch (error) {
    throw new GraderError(
      "E_WRITE",
      `${oneLine(folder)} cannot be made: ${oneLine(messageOf(error))}: choose another folder`,
    );
  }
  const [strange] = names.filter((name) => !name.startsWith("."));
  if (strange === undefined || Object.values(KNOWN).some((name) => names.includes(name))) {
    return folder;
  }
  throw new GraderError(
    "E_WRITE",
    `${oneLine(folder)} holds ${oneLine(strange, 60)}, which katas class did not write: choose an empty folder`,
  );
}
