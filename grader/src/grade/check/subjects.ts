import { join } from "node:path";
import { readModule, readSubmission, withFiles, type Submission } from "../intake.ts";
import type { KataDefinition } from "../kata.ts";
import { programsIn } from "./_files.ts";
import { parseAlternativeHeader, parseMutantHeader, type MutantHeader } from "./header.ts";

/** A program whose grade is known beforehand. */
export type Subject = {
  readonly name: string;
  readonly submission: Submission;
  /** What is wrong with its header. */
  readonly problems: readonly string[];
} & (
  | { readonly kind: "stub" | "reference" | "alternative" }
  | { readonly kind: "mutant"; readonly header: MutantHeader | undefined }
);

/** An alternative or a mutant, read. */
interface Program {
  readonly name: string;
  /** The text of each file that it replaces. */
  readonly texts: ReadonlyMap<string, string>;
}

/** The text that its header is in: the first that there is. */
function headOf(texts: ReadonlyMap<string, string>): string {
  const [head = ""] = texts.values();
  return head;
}

/** The stub, the reference, its alternatives and its mutants, in this order. */
export function subjectsOf(kata: KataDefinition, courseRoot: string): readonly Subject[] {
  const stub = readSubmission(undefined, kata, courseRoot);
  const [reference, ...alternatives] = rightSolutionsOf(kata, courseRoot);
  return [
    { kind: "stub", name: "stub", submission: stub, problems: [] },
    reference,
    ...alternatives,
    ...laidOver("mutants", kata, courseRoot).map(({ name, texts }): Subject => {
      const parsed = parseMutantHeader(headOf(texts), name);
      return {
        kind: "mutant",
        name,
        submission: withFiles(reference.submission, name, texts),
        problems: parsed.kind === "problems" ? parsed.problems : [],
        header: parsed.kind === "header" ? parsed.header : undefined,
      };
    }),
  ];
}

/** The reference and its alternatives, in this order. */
export function rightSolutionsOf(
  kata: KataDefinition,
  courseRoot: string,
): readonly [Subject, ...Subject[]] {
  const reference = readSubmission(join(courseRoot, "solutions"), kata, courseRoot);
  return [
    { kind: "reference", name: "reference", submission: reference, problems: [] },
    ...laidOver("alternatives", kata, courseRoot).map(({ name, texts }): Subject => {
      const parsed = parseAlternativeHeader(headOf(texts), name);
      return {
        kind: "alternative",
        name,
        submission: withFiles(reference, name, texts),
        problems: parsed.kind === "problems" ? parsed.problems : [],
      };
    }),
  ];
}

/** What is laid over the reference: its alternatives, or its mutants. */
function laidOver(
  kind: "alternatives" | "mutants",
  kata: KataDefinition,
  courseRoot: string,
): readonly Program[] {
  const folder = join(courseRoot, "solutions", kata.slug, kind);
  return programsIn(folder, kata).map(({ name, files }) => ({
    name,
    texts: new Map([...files].map(([path, file]) => [path, readModule(join(folder, file))])),
  }));
}
