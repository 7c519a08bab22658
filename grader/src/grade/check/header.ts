import type { Verdict } from "../result.ts";
import { anyOf, oneLine } from "../text.ts";
import { isVerdict, verdictNames } from "./_names.ts";

/** What the doc comment at the top of a mutant promises about it. */
export interface MutantHeader {
  /** The name of its file. */
  readonly mutant: string;
  /** The bug, in a sentence. */
  readonly bug: string;
  /** The scenario that must fail. */
  readonly killedBy: string;
  /** The verdict that this scenario must give. */
  readonly verdict: Verdict;
  /** What is wrong, in a word or two; where it names a bug class, the grader must name it too. */
  readonly diagnosis: string;
  /** What a student sees who made this mistake. */
  readonly sees: string;
}

/** A header that was read, or everything that is wrong with it. */
export type Parsed<T> =
  | { readonly kind: "header"; readonly header: T }
  | { readonly kind: "problems"; readonly problems: readonly string[] };

const MUTANT_TAGS = ["mutant", "bug", "killed-by", "verdict", "diagnosis", "sees"];

/**
 * Reads the header of a mutant: a doc comment with `@mutant @bug @killed-by @verdict @diagnosis
 * @sees`, each once, before anything else. `name` is its file's, without the ending.
 */
export function parseMutantHeader(source: string, name: string): Parsed<MutantHeader> {
  const tags = tagsOf(source);
  if (tags === undefined) return refused(["it does not begin with a doc comment"]);
  const problems: string[] = [];
  for (const tag of MUTANT_TAGS) {
    const values = tags.filter(([found]) => found === tag);
    if (values.length === 0) problems.push(`@${tag} is missing`);
    if (values.length > 1) problems.push(`@${tag} is there ${values.length} times`);
    if (values[0]?.[1] === "") problems.push(`@${tag} is empty`);
  }
  for (const [tag] of tags) {
    if (!MUTANT_TAGS.includes(tag)) problems.push(`@${oneLine(tag, 40)} is not a known tag`);
  }
  const valueOf = (tag: string): string => tags.find(([found]) => found === tag)?.[1] ?? "";
  const verdict = valueOf("verdict");
  const patterns: readonly [string, RegExp, string][] = [
    ["killed-by", /^[A-Z][0-9]*[a-z]?$/, "one scenario, as T5a"],
    ["diagnosis", /^[a-z]+(?:-[a-z]+)*$/, "small letters with hyphens"],
  ];
  for (const [tag, pattern, words] of patterns) {
    const value = valueOf(tag);
    if (value !== "" && !pattern.test(value)) {
      problems.push(`@${tag} is "${oneLine(value, 60)}": it must be ${words}`);
    }
  }
  if (valueOf("mutant") !== "" && valueOf("mutant") !== name) {
    problems.push(
      `@mutant is "${oneLine(valueOf("mutant"), 60)}", and the file is named ${name}.ts`,
    );
  }
  if (verdict !== "" && (!isVerdict(verdict) || verdict === "pass")) {
    const names = verdictNames().filter((one) => one !== "pass");
    problems.push(`@verdict is "${oneLine(verdict, 60)}": it must be ${anyOf(names)}`);
  }
  if (problems.length > 0 || !isVerdict(verdict)) return refused(problems);
  return {
    kind: "header",
    header: {
      mutant: name,
      bug: valueOf("bug"),
      killedBy: valueOf("killed-by"),
      verdict,
      diagnosis: valueOf("diagnosis"),
      sees: valueOf("sees"),
    },
  };
}

/** Reads the header of an alternative: `@alternative name — how it works`, before anything else. */
export function parseAlternativeHeader(source: string, name: string): Parsed<{ how: string }> {
  const tags = tagsOf(source);
  if (tags === undefined) return refused(["it does not begin with a doc comment"]);
  const [tag, value = ""] = tags[0] ?? [];
  const [, found, how] = /^(\S+) — (\S.*)$/.exec(value) ?? [];
  if (tag !== "alternative" || tags.length > 1 || found === undefined || how === undefined) {
    return refused([`its header must read "@alternative ${name} — how it works"`]);
  }
  if (found === name) return { kind: "header", header: { how } };
  return refused([`@alternative is "${oneLine(found, 60)}", and the file is named ${name}.ts`]);
}

function refused<T>(problems: readonly string[]): Parsed<T> {
  return { kind: "problems", problems };
}

/** The tags of the doc comment that `source` begins with, each with its text on one line. */
function tagsOf(source: string): readonly (readonly [string, string])[] | undefined {
  const [, comment] = /^\/\*\*([\s\S]*?)\*\//.exec(source) ?? [];
  if (comment === undefined) return undefined;
  const text = comment.replaceAll(/^[ \t]*\* ?/gm, "");
  return text.split(/^\s*@(?=[a-z])/m).flatMap((part, i) => {
    if (i === 0) return [];
    const [, tag = "", value = ""] = /^([a-z-]+)([\s\S]*)$/.exec(part) ?? [];
    return [[tag, value.replaceAll(/\s+/g, " ").trim()] as const];
  });
}
