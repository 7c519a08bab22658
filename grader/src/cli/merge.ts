import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { mergeParts, type NamedPart } from "../grade/class/assemble.ts";
import { readClassPart } from "../grade/class/class-file.ts";
import { GraderError } from "../grade/error.ts";
import { messageOf, oneLine } from "../grade/text.ts";
import { earlierResult } from "./_class-compare.ts";
import { requireClassFolder } from "./_class-folder.ts";
import { writeClass } from "./_class-results.ts";
import type { Io } from "./io.ts";
import type { MergeFlags } from "./program.ts";

/** `katas merge`: puts together what several machines graded. Returns the exit code. */
export function merge(paths: readonly string[], flags: MergeFlags, io: Io): number {
  const parts = paths.flatMap((path) => partsAt(resolve(io.cwd, path)));
  const result = mergeParts(parts);
  const out = requireClassFolder(flags.out, io);
  const earlier = earlierResult(out, flags, io);
  return writeClass({ out, result, earlier, acceptLower: flags.acceptLower === true }, io);
}

/** The part in a file, or those in a folder. */
function partsAt(path: string): readonly NamedPart[] {
  try {
    const files = statSync(path).isDirectory()
      ? readdirSync(path)
          .filter((name) => /^part-\d+-of-\d+\.json$/.test(name))
          .sort()
          .map((name) => join(path, name))
      : [path];
    if (files.length > 0) return files.map(readPart);
  } catch (error) {
    if (error instanceof GraderError) throw error;
    throw new GraderError(
      "E_BAD_CLASS",
      `${oneLine(path)} cannot be read (${oneLine(messageOf(error))}): check the path`,
    );
  }
  throw new GraderError("E_BAD_CLASS", `${oneLine(path)} holds no part-1-of-2.json or the like`);
}

function readPart(file: string): NamedPart {
  const where = basename(file);
  return { where, part: readClassPart(readFileSync(file, "utf8"), where) };
}
