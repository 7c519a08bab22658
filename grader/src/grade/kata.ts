import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import type { Group } from "../scenario/index.ts";
import { Fields, line, oneOf, text, whole } from "./_fields.ts";
import { providedModules } from "../runtime/provided.ts";
import { messageOf, oneLine } from "./text.ts";
import { GraderError } from "./error.ts";

/** How a kata's scenarios can be run; see the engines in `grader/docs/architecture.md`. */
type KataEngine = "threads" | "processes" | "tasks" | "stress";

/** How much of Node a kata's submission gets to see. */
type KataProfile = "sealed" | "facade" | "open";

/** A rubric item that is earned by what no scenario showed, instead of by scenarios of its own. */
export type Derivation = "no-data-race" | "no-busy-wait";

/** One line of a kata's rubric: all of its points or none. */
export interface RubricItem {
  readonly id: string;
  readonly title: string;
  readonly group: Group;
  readonly points: number;
  /** The scenarios that must all pass; for a derived item, those that are looked at. */
  readonly scenarios: readonly string[];
  readonly derive?: Derivation;
}

/** What `kata.json` says. `schema/kata.schema.json` describes the file. */
export interface KataDefinition {
  /** Absolute path of the kata in the course. */
  readonly folder: string;
  /** Name of its folder. */
  readonly slug: string;
  readonly title: string;
  /** Its place in the course, from 1. */
  readonly order: number;
  /** How hard it is, from 1 to 5. */
  readonly level: number;
  /** About how long it takes. */
  readonly minutes?: number;
  readonly concepts: readonly string[];
  /** The source documents that it grew from. */
  readonly seeds?: readonly string[];
  /** What the student writes, as paths below the kata: `src/index.ts`. */
  readonly editable: readonly string[];
  /** What the student may read and import, but not change: `given/racy.ts`. */
  readonly given: readonly string[];
  /** Which of these the submission may start as workers or child processes. */
  readonly workers?: readonly string[];
  /** What a submission may import besides its own files. */
  readonly imports: readonly string[];
  /** What a submission must export. */
  readonly exports: readonly string[];
  readonly engines: readonly KataEngine[];
  readonly profile: KataProfile;
  /** In the order of the report; its points add up to 100. */
  readonly rubric: readonly RubricItem[];
  /** When its solutions may be published: `2027-03-01T00:00:00Z`. Without it, never. */
  readonly embargo?: string;
}

/** Every item of a rubric adds up to this. */
const FULL_POINTS = 100;

const GROUPS = ["B", "S", "L", "R", "C"] as const;
const ENGINES = ["threads", "processes", "tasks", "stress"] as const;
const PROFILES = ["sealed", "facade", "open"] as const;
const DERIVATIONS = ["no-data-race", "no-busy-wait"] as const;
const ID = text(/^[A-Z][0-9]*[a-z]?$/, 'a capital letter, then a number and a letter, as "T5a"');

const WORKER = text(
  /^(?:src|given)(?:\/[A-Za-z0-9_][\w.-]*)+\.ts$/,
  'a .ts file below src/ or given/, as "given/worker.ts"',
);

const MOMENT = text(
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/,
  'a date and a time with its zone, as "2027-03-01T00:00:00Z"',
);

const REQUIRED = [
  "slug",
  "title",
  "order",
  "level",
  "concepts",
  "editable",
  "imports",
  "exports",
  "engines",
  "profile",
  "rubric",
];
const OPTIONAL = ["$schema", "minutes", "seeds", "given", "workers", "embargo"];
const RUBRIC_FIELDS = ["id", "title", "group", "points", "scenarios", "derive"];

/**
 * The kata in `folder`, checked.
 *
 * @throws GraderError `E_NO_KATA` or `E_BAD_KATA`
 */
export function readKata(folder: string): KataDefinition {
  const path = resolve(folder);
  const where = `${basename(dirname(path))}/${basename(path)}/kata.json`;
  const fields = new Fields(where, readJson(join(path, "kata.json"), where));
  fields.only([...REQUIRED, ...OPTIONAL]);

  const slug = fields.one(
    "slug",
    text(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'small letters with hyphens, as "bank-balance"'),
  );
  if (slug !== basename(path)) {
    fields.refuse("slug", `is "${slug}", but the folder is named "${basename(path)}": rename one`);
  }
  const definition: KataDefinition = {
    folder: path,
    slug,
    title: fields.one("title", line),
    order: fields.one("order", whole(1, 999)),
    level: fields.one("level", whole(1, 5)),
    ...(fields.has("minutes") && { minutes: fields.one("minutes", whole(1, 6000)) }),
    concepts: fields.list("concepts", line, 1),
    ...(fields.has("seeds") && { seeds: fields.list("seeds", line, 1) }),
    editable: fields.list("editable", fileBelow("src"), 1),
    given: fields.has("given") ? fields.list("given", fileBelow("given"), 0) : [],
    ...(fields.has("workers") && { workers: fields.list("workers", WORKER, 1) }),
    imports: fields.list("imports", oneOf(Object.keys(providedModules)), 0),
    exports: fields.list("exports", text(/^[A-Za-z_$][\w$]*$/, "the name of an export"), 1),
    engines: fields.list("engines", oneOf(ENGINES), 1),
    profile: fields.one("profile", oneOf(PROFILES)),
    rubric: fields.array("rubric", 1).map((item, i) => rubricItem(where, item, i)),
    ...(fields.has("embargo") && { embargo: moment(fields, "embargo") }),
  };
  requireKnownWorkers(fields, definition);
  requireWholeRubric(fields, definition.rubric);
  return definition;
}

/**
 * Every kata of the course, in the order of the course.
 *
 * @throws GraderError `E_NO_KATA` or `E_BAD_KATA`
 */
export function findKatas(courseRoot: string): readonly KataDefinition[] {
  return kataSlugs(courseRoot)
    .map((slug) => readKata(join(courseRoot, "katas", slug)))
    .sort((a, b) => a.order - b.order || (a.slug < b.slug ? -1 : 1));
}

/**
 * The kata of that name, whatever state the others are in. A package name, `kata-pool`, will do.
 *
 * @throws GraderError `E_NO_KATA` or `E_BAD_KATA`
 */
export function findKata(courseRoot: string, name: string): KataDefinition {
  const slugs = kataSlugs(courseRoot);
  const slug = slugs.find((known) => name === known || name === `kata-${known}`);
  if (slug === undefined) {
    throw new GraderError("E_NO_KATA", `there is no kata "${name}"; there is ${slugs.join(", ")}`);
  }
  return readKata(join(courseRoot, "katas", slug));
}

/**
 * The folder of the course that `from` lies in: the nearest one that holds `katas/<slug>/kata.json`.
 *
 * @throws GraderError `E_NO_COURSE`
 */
export function findCourseRoot(from: string): string {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (kataSlugs(folder).length > 0) return folder;
    if (folder === dirname(folder)) break;
  }
  throw new GraderError(
    "E_NO_COURSE",
    `neither ${resolve(from)} nor a folder above it holds katas/*/kata.json: ` +
      "run this inside a clone of the course",
  );
}

/** The scenario files of a kata, as absolute paths, in the order of the report. */
export function scenarioFilesOf(
  { folder, slug }: KataDefinition,
  { hidden }: { readonly hidden: boolean },
): { readonly files: readonly string[]; readonly hasHidden: boolean } {
  const publicFile = join(folder, "test", "public.ts");
  if (!existsSync(publicFile)) {
    throw new GraderError(
      "E_BAD_SCENARIOS",
      `katas/${slug}/test/public.ts is missing: the kata's public scenarios belong there`,
    );
  }
  const hiddenFile = join(folder, "hidden", "scenarios.ts");
  const hasHidden = hidden && existsSync(hiddenFile);
  return { files: hasHidden ? [publicFile, hiddenFile] : [publicFile], hasHidden };
}

/** The name of the kata whose folder `from` lies in. */
export function slugOfFolder(courseRoot: string, from: string): string | undefined {
  const [name] = relative(join(courseRoot, "katas"), resolve(from)).split(sep);
  return kataSlugs(courseRoot).find((slug) => slug === name);
}

function kataSlugs(courseRoot: string): readonly string[] {
  const katas = join(courseRoot, "katas");
  if (!existsSync(katas)) return [];
  try {
    return readdirSync(katas)
      .filter((name) => existsSync(join(katas, name, "kata.json")))
      .sort();
  } catch {
    return []; // a file of that name
  }
}

function rubricItem(where: string, value: unknown, i: number): RubricItem {
  const fields = new Fields(where, value, `rubric[${i}]`);
  fields.only(RUBRIC_FIELDS);
  const derived = fields.has("derive");
  return {
    id: fields.one("id", ID),
    title: fields.one("title", line),
    group: fields.one("group", oneOf(GROUPS)),
    points: fields.one("points", whole(1, FULL_POINTS)),
    scenarios: fields.list("scenarios", ID, derived ? 0 : 1),
    ...(derived && { derive: fields.one("derive", oneOf(DERIVATIONS)) }),
  };
}

function requireKnownWorkers(
  fields: Fields,
  { workers = [], editable, given, imports }: KataDefinition,
): void {
  workers.forEach((file, i) => {
    if ([...editable, ...given].includes(file)) return;
    fields.refuse(`workers[${i}]`, `is "${file}": add it to "editable" or "given" as well`);
  });
  const starters = ["node:worker_threads", "node:child_process"];
  if (workers.length > 0 && !starters.some((name) => imports.includes(name))) {
    fields.refuse(
      "workers",
      'needs "node:worker_threads" or "node:child_process" among the "imports": add one',
    );
  }
}

function requireWholeRubric(fields: Fields, rubric: readonly RubricItem[]): void {
  rubric.forEach(({ id }, i) => {
    const first = rubric.findIndex((item) => item.id === id);
    if (first !== i) {
      fields.refuse(`rubric[${i}].id`, `is "${id}" as in rubric[${first}]: choose another id`);
    }
  });
  const points = rubric.reduce((sum, item) => sum + item.points, 0);
  if (points !== FULL_POINTS) {
    fields.refuse("rubric", `gives ${points} points in all: change its points to ${FULL_POINTS}`);
  }
}

/** A moment that there is: February has no 30th. */
function moment(fields: Fields, name: string): string {
  const value = fields.one(name, MOMENT);
  const [year = 0, month = 0, day = 0] = value.split(/\D/).map(Number);
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) {
    fields.refuse(name, `is "${value}": that month has no such day`);
  }
  return value;
}

function fileBelow(folder: string): ReturnType<typeof text> {
  return text(
    new RegExp(String.raw`^${folder}(?:/[A-Za-z0-9_][\w.-]*)+\.ts$`),
    `a .ts file below ${folder}/, as "${folder}/index.ts"`,
  );
}

function readJson(path: string, where: string): unknown {
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch (error) {
    throw new GraderError("E_NO_KATA", `${where} cannot be read: ${oneLine(messageOf(error))}`);
  }
  try {
    return JSON.parse(content) as unknown;
  } catch (error) {
    throw new GraderError("E_BAD_KATA", `${where} is no JSON: ${oneLine(messageOf(error), 300)}`);
  }
}
