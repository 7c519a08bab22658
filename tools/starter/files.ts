// Which files of the course are a student's.

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** What a kata shows to everybody. `hidden/` is not among it, nor what nobody has thought of. */
const OF_KATA =
  /^(?:README|hints|lesson(?:\.[\w-]+)?)\.md$|^(?:kata|package|predict|tsconfig)\.json$|^(?:given|src|test)\/.*\.ts$/;

/** The public files of a kata, as paths below its folder. */
export function publicFiles(kata: string): readonly string[] {
  return filesBelow(kata).filter((path) => OF_KATA.test(path));
}

/** Every file below `folder` but what is installed, with slashes, sorted. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !/(?:^|\/)node_modules(?:\/|$)/.test(path))
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();
}
