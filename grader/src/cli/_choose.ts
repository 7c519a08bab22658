import { anyOf } from "../grade/text.ts";
import { GraderError } from "../grade/error.ts";
import { findCourseRoot, findKata, findKatas, slugOfFolder } from "../grade/kata.ts";
import type { KataDefinition } from "../grade/kata.ts";
import type { Io } from "./io.ts";

/** A course, and the katas of it that a command is about. */
export interface Choice {
  readonly courseRoot: string;
  readonly katas: readonly KataDefinition[];
}

/** The katas called `names`, each once, or all of them without names. */
export function chooseKatas({ cwd }: Io, names: readonly string[] | undefined): Choice {
  const courseRoot = findCourseRoot(cwd);
  if (names === undefined) return { courseRoot, katas: findKatas(courseRoot) };
  const chosen = new Map(names.map((name) => findKata(courseRoot, name)).map((k) => [k.slug, k]));
  return { courseRoot, katas: [...chosen.values()] };
}

/** The kata called `name`; without a name, the one in whose folder the command was typed. */
export function chooseKata(
  { cwd }: Io,
  name: string | undefined,
): { readonly courseRoot: string; readonly kata: KataDefinition } {
  const courseRoot = findCourseRoot(cwd);
  const chosen = name ?? slugOfFolder(courseRoot, cwd);
  if (chosen !== undefined) return { courseRoot, kata: findKata(courseRoot, chosen) };
  const slugs = findKatas(courseRoot).map(({ slug }) => slug);
  throw new GraderError(
    "E_BAD_FLAG",
    `which kata? Run this in the folder of a kata, or say --kata ${anyOf(slugs)}`,
  );
}

/** `T1,T2 T3` as one list of ids, each once. */
export function splitIds(values: readonly string[]): readonly string[] {
  return [...new Set(values.flatMap((value) => value.split(",")).filter((id) => id !== ""))];
}

/**
 * Requires that every id is a scenario of one of `katas`.
 *
 * @throws GraderError `E_BAD_FLAG`
 */
export function requireScenarios(ids: readonly string[], katas: readonly KataDefinition[]): void {
  const known = new Set(katas.flatMap(({ rubric }) => rubric.flatMap((item) => item.scenarios)));
  const unknown = ids.find((id) => !known.has(id));
  if (unknown !== undefined || ids.length === 0) {
    const what =
      unknown === undefined ? "--only needs a scenario" : `there is no scenario ${unknown}`;
    throw new GraderError("E_BAD_FLAG", `${what}; there is ${[...known].join(", ")}`);
  }
}
