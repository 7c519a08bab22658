/** Reads a roster: a CSV file with one student in each row. */
import { CsvError, parse } from "csv-parse/sync";
import { resolve } from "node:path";
import { GraderError } from "../error.ts";
import { anyOf, oneLine } from "../text.ts";
import { isRevision } from "./revision.ts";
import { idProblem, sameName, type Student } from "./student.ts";

const REQUIRED = ["student", "path"];
const COLUMNS = [...REQUIRED, "commit", "due", "submitted"];
const MOST_STUDENTS = 10_000;

/** Where a roster is, for messages and for the paths in it. */
export interface RosterPlace {
  /** What messages call the file. */
  readonly where: string;
  /** The folder that relative paths begin at. */
  readonly folder: string;
}

/**
 * The students of a roster, in its order. Its first row names the columns: `student` and `path`, and
 * as wanted `commit`, `due` and `submitted`. An empty path means that nothing was handed in.
 *
 * @throws GraderError `E_BAD_ROSTER`, which names the line
 */
export function parseRoster(text: string, { where, folder }: RosterPlace): readonly Student[] {
  const [head, ...rows] = records(text, where);
  if (head === undefined) refuse(where, `is empty: it begins with ${COLUMNS.join(",")}`);
  const names = head.cells.map((name) => name.toLowerCase());
  checkColumns(names, `${where}:${head.line}`);
  if (rows.length === 0) refuse(where, "names no student: add a row for each");
  if (rows.length > MOST_STUDENTS) {
    refuse(where, `has ${rows.length} rows, and ${MOST_STUDENTS} is the most: split it`);
  }

  const lines = new Map<string, number>();
  return rows.map(({ line, cells }) => {
    const at = `${where}:${line}`;
    if (cells.length !== names.length) {
      refuse(at, `has ${cells.length} columns, and the first row has ${names.length}`);
    }
    const cell = (name: string): string => cells[names.indexOf(name)] ?? "";
    const id = cell("student").normalize("NFC");
    const problem = idProblem(id);
    if (problem !== undefined) refuse(at, `student "${oneLine(id, 60)}" ${problem}`);
    const first = lines.get(sameName(id));
    if (first !== undefined) refuse(at, `names ${id} again, after line ${first}: remove one`);
    lines.set(sameName(id), line);

    const [path, commit] = [cell("path"), cell("commit")];
    if (path.includes("\0")) refuse(at, "has a NUL byte in its path");
    if (commit !== "" && !isRevision(commit)) {
      refuse(at, `commit "${oneLine(commit, 60)}" is neither a commit nor a branch or tag`);
    }
    const [due, submitted] = [
      time("due", cell("due"), at),
      time("submitted", cell("submitted"), at),
    ];
    return {
      id,
      path: path === "" ? undefined : resolve(folder, path),
      commit: commit === "" ? undefined : commit,
      late: due !== undefined && submitted !== undefined && submitted > due,
    };
  });
}

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

function records(text: string, where: string): readonly Row[] {
  const rows: Row[] = [];
  try {
    parse(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      max_record_size: 10_000,
      on_record: (cells: string[], { lines }) => {
        rows.push({ line: lines, cells });
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    refuse(where, `is no CSV: ${oneLine(error.message, 300)}`);
  }
  return rows;
}

function checkColumns(names: readonly string[], at: string): void {
  for (const name of REQUIRED) {
    if (names.includes(name)) continue;
    refuse(at, `has no column "${name}": the first row names the columns, ${COLUMNS.join(",")}`);
  }
  names.forEach((name, i) => {
    if (!COLUMNS.includes(name)) {
      refuse(at, `has a column "${oneLine(name, 40)}", and there is only ${anyOf(COLUMNS)}`);
    }
    if (names.indexOf(name) !== i) refuse(at, `has two columns "${name}": remove one`);
  });
}

/** Milliseconds since 1970; a time without an offset means another moment on another machine. */
function time(name: string, text: string, at: string): number | undefined {
  if (text === "") return undefined;
  const pattern = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;
  const value = pattern.test(text) ? Date.parse(text.replace(" ", "T")) : Number.NaN;
  if (!Number.isNaN(value)) return value;
  return refuse(at, `${name} is "${oneLine(text, 60)}": write it as 2026-11-20T23:59+01:00`);
}

function refuse(where: string, what: string): never {
  throw new GraderError("E_BAD_ROSTER", `${oneLine(where)} ${what}`);
}
