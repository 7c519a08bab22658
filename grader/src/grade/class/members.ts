/** Who is in a class: the rows of a roster, or the folders of a folder. */
import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { kindOf, readSource } from "../_read-source.ts";
import { GraderError } from "../error.ts";
import type { KataDefinition } from "../kata.ts";
import { messageOf, oneLine } from "../text.ts";
import { parseRoster } from "./roster.ts";
import { idProblem, sameName, type Student } from "./student.ts";

const MOST_BYTES = 4 * 1024 * 1024;

/**
 * The students of a class.
 *
 * `path` is a roster, or a folder that holds a submission in a folder for each student; for one kata
 * alone, a `.ts` file may stand for a student as well. Names that begin with a dot are passed over.
 *
 * @throws GraderError `E_BAD_ROSTER`, or `E_BAD_FLAG` where there is no class
 */
export function findStudents(path: string, katas: readonly KataDefinition[]): readonly Student[] {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch (error) {
    throw new GraderError(
      "E_BAD_FLAG",
      `${oneLine(path)} cannot be read (${oneLine(messageOf(error))}): give a folder or a roster`,
    );
  }
  return isFolder ? studentsIn(path, katas) : studentsOf(path);
}

function studentsOf(roster: string): readonly Student[] {
  const where = basename(roster);
  let text: string;
  try {
    text = readSource(resolve(roster), where, MOST_BYTES);
  } catch (error) {
    if (!(error instanceof GraderError)) throw error;
    throw new GraderError("E_BAD_ROSTER", error.message);
  }
  return parseRoster(text, { where, folder: dirname(resolve(roster)) });
}

function studentsIn(folder: string, katas: readonly KataDefinition[]): readonly Student[] {
  const where = oneLine(folder);
  const entries = readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith(".") && name !== "node_modules")
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const own = entries.find(({ name }) => name === "katas" || katas.some((k) => k.slug === name));
  if (own !== undefined) {
    throw new GraderError(
      "E_BAD_FLAG",
      `${where} holds ${own.name}/, so it is one submission: use katas grade, or give the folder above it`,
    );
  }
  const students: Student[] = [];
  const names = new Set<string>();
  for (const entry of entries) {
    const kind = kindOf(entry);
    const isFile = kind === "file";
    if (isFile && (katas.length !== 1 || !entry.name.endsWith(".ts"))) continue;
    const id = (isFile ? entry.name.slice(0, -".ts".length) : entry.name).normalize("NFC");
    const problem = kind === "link" ? "is a link: put what it leads to there" : idProblem(id);
    if (problem !== undefined) {
      throw new GraderError("E_BAD_ROSTER", `${where}: "${oneLine(id, 60)}" ${problem}`);
    }
    if (names.has(sameName(id))) {
      throw new GraderError("E_BAD_ROSTER", `${where} holds ${id} twice: rename one`);
    }
    names.add(sameName(id));
    students.push({ id, path: join(folder, entry.name), commit: undefined, late: false });
  }
  if (students.length === 0) {
    throw new GraderError(
      "E_BAD_ROSTER",
      `${where} holds no folder: give one with a folder for each student`,
    );
  }
  return students;
}
