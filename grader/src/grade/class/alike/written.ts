import type { Submission } from "../../intake.ts";
import type { KataDefinition } from "../../kata.ts";
import { fingerprintsOf } from "./fingerprints.ts";
import { tokensOf } from "./tokens.ts";

/** The fingerprints of everything that a submission has below `src/`; what is given is not the student's. */
export async function fingerprintsIn(
  { files }: Submission,
  { given }: KataDefinition,
): Promise<ReadonlySet<number>> {
  const all = new Set<number>();
  for (const [path, text] of files) {
    if (given.includes(path)) continue;
    // A run of tokens does not go on in another file.
    for (const fingerprint of fingerprintsOf(await tokensOf(text))) all.add(fingerprint);
  }
  return all;
}
