import { mkdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import {
  type Certificate,
  type CertificateSubject,
  certificateText,
  digestsOf,
} from "../grade/certificate-file.ts";
import type { CertifiedScenario } from "../grade/certify.ts";
import { GraderError } from "../grade/error.ts";
import type { Submission } from "../grade/intake.ts";
import { type KataDefinition, scenarioFilesOf } from "../grade/kata.ts";
import { messageOf, oneLine } from "../grade/text.ts";
import { loadScenarios } from "../vitest/scenarios.ts";
import { writeWhole } from "./_write-file.ts";
import type { Io } from "./io.ts";
import { graderVersion } from "./program.ts";

/** What a certificate of one scenario is about, as it is here. */
export async function subjectOf(
  kata: KataDefinition,
  submission: Submission,
  scenario: string,
): Promise<CertificateSubject> {
  const { files } = scenarioFilesOf(kata, { hidden: true });
  const groups = await loadScenarios(kata, { hidden: true });
  const at = groups.findIndex(({ scenarios }) => scenarios.some(({ id }) => id === scenario));
  const declared = files[at];
  const texts = new Map<string, string>();
  if (declared !== undefined) {
    const path = relative(kata.folder, declared).replaceAll("\\", "/");
    texts.set(path, readFileSync(declared, "utf8"));
  }
  return {
    grader: graderVersion(),
    kata: kata.slug,
    submission: digestsOf(submission.files),
    scenarios: digestsOf(texts),
  };
}

/**
 * The folder that a `--certificates` flag means, made if it is not there.
 *
 * @throws GraderError `E_WRITE`
 */
export function requireFolder(flag: string | undefined, { cwd }: Io): string | undefined {
  if (flag === undefined) return undefined;
  const folder = resolve(cwd, flag);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new GraderError(
      "E_WRITE",
      `${oneLine(folder)} cannot be made: ${oneLine(messageOf(error))}: choose another folder`,
    );
  }
  return folder;
}

/** Writes the certificates of a kata: `<kata>-<scenario>.json` each. */
export async function writeCertificates(
  folder: string,
  kata: KataDefinition,
  submission: Submission,
  certified: readonly CertifiedScenario[],
): Promise<void> {
  for (const one of certified) {
    const subject = await subjectOf(kata, submission, one.scenario);
    const certificate: Certificate = { ...subject, ...one };
    writeWhole(join(folder, `${kata.slug}-${one.scenario}.json`), certificateText(certificate));
  }
}
