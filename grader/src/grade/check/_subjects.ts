import { join } from "node:path";
import { readModule, readSubmission, withEditable, type Submission } from "../intake.ts";
import type { KataDefinition } from "../kata.ts";
import { modulesIn } from "./_files.ts";
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

/** The stub, the reference, its alternatives and its mutants, in this order. */
export function subjectsOf(kata: KataDefinition, courseRoot: string): readonly Subject[] {
  const stub = readSubmission(undefined, kata, courseRoot);
  const reference = readSubmission(join(courseRoot, "solutions"), kata, courseRoot);
  const folder = join(courseRoot, "solutions", kata.slug);
  const laidOver = (kind: string): readonly (readonly [string, string])[] =>
    modulesIn(join(folder, kind)).map((file) => [
      file.replace(/\.ts$/, ""),
      readModule(join(folder, kind, file)),
    ]);
  return [
    { kind: "stub", name: "stub", submission: stub, problems: [] },
    { kind: "reference", name: "reference", submission: reference, problems: [] },
    ...laidOver("alternatives").map(([name, text]): Subject => {
      const parsed = parseAlternativeHeader(text, name);
      return {
        kind: "alternative",
        name,
        submission: withEditable(reference, kata, name, text),
        problems: parsed.kind === "problems" ? parsed.problems : [],
      };
    }),
    ...laidOver("mutants").map(([name, text]): Subject => {
      const parsed = parseMutantHeader(text, name);
      return {
        kind: "mutant",
        name,
        submission: withEditable(reference, kata, name, text),
        problems: parsed.kind === "problems" ? parsed.problems : [],
        header: parsed.kind === "header" ? parsed.header : undefined,
      };
    }),
  ];
}
