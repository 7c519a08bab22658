// Clones what students hand in, without running or checking out anything of it.

import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { CsvError, parse } from "csv-parse/sync";

const run = promisify(execFile);

/** Something is wrong with the call, or with the list. */
export class UsageError extends Error {}

/** What came of it. */
export interface Cloned {
  readonly students: number;
  readonly missing: readonly { readonly student: string; readonly reason: string }[];
}

type Row = Readonly<Record<string, string | undefined>>;

/** Columns of the list; those after the second may be left out. */
const COLUMNS = ["student", "repository", "commit", "due", "submitted"];
/** A name that is a folder everywhere. */
const NAME = /^[A-Za-z0-9][\w.-]{0,62}$/;
const REPOSITORY = /^(?:https:\/\/|ssh:\/\/|file:\/\/|[\w.-]+@[\w.-]+:)[^\s]+$/;

/** Nothing of a clone's own is looked at, and nothing else than these ways leads to it. */
const SAFE = {
  GIT_ALLOW_PROTOCOL: "https:ssh:file",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
};
const CLONE =
  "-c core.hooksPath=/dev/null -c transfer.fsckObjects=true clone --quiet --no-checkout --no-hardlinks --template= --".split(
    " ",
  );

/**
 * Clones each repository of a CSV with the columns `student`, `repository` and, where wanted, `commit`, `due` and
 * `submitted`, into `out/<student>`, and writes `out/class.csv` with the full hash of each commit: whoever grades a
 * part of the class grades the same. A repository that cannot be had is missing there, and stops nothing. Throws a
 * `UsageError` for a list that is none, and for a folder with something in it.
 */
export async function cloneAll(file: string, out: string): Promise<Cloned> {
  const rows = readList(file);
  if (existsSync(out) && readdirSync(out).length > 0)
    throw new UsageError(`${out} has something in it: give an empty folder, or a new one`);
  mkdirSync(out, { recursive: true });
  const missing: { student: string; reason: string }[] = [];
  const roster: string[][] = [];
  for (const { student = "", repository = "", commit = "", due = "", submitted = "" } of rows) {
    try {
      const hash = repository === "" ? "" : await clone(join(out, student), repository, commit);
      if (repository === "") missing.push({ student, reason: "it has no repository" });
      roster.push([student, hash === "" ? "" : student, hash, due, submitted]);
    } catch (error) {
      missing.push({ student, reason: reasonOf(error) });
      roster.push([student, "", "", due, submitted]);
    }
  }
  const lines = [["student", "path", "commit", "due", "submitted"], ...roster];
  const text = lines.map((cells) => `${cells.map(cellOf).join(",")}\n`).join("");
  writeFileSync(join(out, "class.csv"), text);
  return { students: rows.length, missing };
}

/** Clones one repository; the full hash of the commit that is to be graded. */
async function clone(folder: string, repository: string, commit: string): Promise<string> {
  await run("git", [...CLONE, repository, folder], { env: { ...process.env, ...SAFE } });
  const name = commit === "" ? "HEAD" : commit;
  const { stdout } = await run(
    "git",
    ["-C", folder, "rev-parse", "--verify", "--end-of-options", `${name}^{commit}`],
    { env: { ...process.env, ...SAFE } },
  );
  return stdout.trim();
}

/** A cell of a CSV (RFC 4180). */
function cellOf(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The first thing that git complains of. */
function reasonOf(error: unknown): string {
  const { stderr = "" } = error as { readonly stderr?: string };
  const said = stderr.split("\n").find((line) => /^(?:fatal|error): /.test(line));
  // eslint-disable-next-line no-control-regex -- A server chooses what git prints.
  return (said ?? String(error)).replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, " ").slice(0, 200);
}

function readList(file: string): readonly Row[] {
  if (!existsSync(file)) throw new UsageError(`there is no file ${file}`);
  const rows = rowsOf(readFileSync(file, "utf8"), file);
  const seen = new Set<string>();
  for (const [i, { student = "", repository = "" }] of rows.entries()) {
    const at = `${file}, student ${i + 1}`;
    if (!NAME.test(student))
      throw new UsageError(`${at}: "${student.slice(0, 40)}" is not a name for a folder`);
    if (seen.has(student.toLowerCase()))
      throw new UsageError(`${at}: "${student}" is there twice, but for case`);
    if (repository !== "" && !REPOSITORY.test(repository))
      throw new UsageError(`${at}: "${repository.slice(0, 80)}" is not an https, ssh or file URL`);
    seen.add(student.toLowerCase());
  }
  return rows;
}

function rowsOf(text: string, file: string): readonly Row[] {
  const refuse = (what: string): never => {
    throw new UsageError(`${file} ${what}: its first row names the columns, ${COLUMNS.join(",")}`);
  };
  try {
    return parse<Record<string, string>>(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      columns(names: string[]) {
        for (const name of ["student", "repository"])
          if (!names.includes(name)) refuse(`has no column "${name}"`);
        for (const name of names)
          if (!COLUMNS.includes(name)) refuse(`has a column "${name.slice(0, 40)}"`);
        return names;
      },
    });
  } catch (error) {
    if (error instanceof CsvError) refuse(`is no CSV (${error.message.split("\n")[0]})`);
    throw error;
  }
}
