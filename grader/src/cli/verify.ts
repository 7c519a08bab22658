import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { assumptions } from "../certificate/index.ts";
import {
  type Certificate,
  type CertificateSubject,
  readCertificate,
} from "../grade/certificate-file.ts";
import { GraderError } from "../grade/error.ts";
import { readSubmission } from "../grade/intake.ts";
import { findCourseRoot, findKata } from "../grade/kata.ts";
import { messageOf, oneLine } from "../grade/text.ts";
import { renderVerified } from "../report/index.ts";
import { subjectOf } from "./_certificates.ts";
import { gradeOne } from "./_grading.ts";
import type { Io } from "./io.ts";
import type { VerifyFlags } from "./program.ts";
import { EXIT } from "./run.ts";

/** `katas verify`: runs what certificates record again and says whether they hold. Returns the exit code. */
export async function verify(
  paths: readonly string[],
  flags: VerifyFlags,
  io: Io,
): Promise<number> {
  const courseRoot = findCourseRoot(io.cwd);
  let code: number = EXIT.passed;
  for (const path of paths) {
    const where = oneLine(path);
    const certificate = readCertificate(readFile(resolve(io.cwd, path), where), where);
    const kata = findKata(courseRoot, certificate.kata);
    const handed = flags.submission === undefined ? undefined : resolve(io.cwd, flags.submission);
    const submission = readSubmission(handed, kata, courseRoot);
    requireSame(certificate, await subjectOf(kata, submission, certificate.scenario), where);
    const { scenarios } = await gradeOne(
      kata,
      submission,
      { hidden: true, verify: certificate },
      io,
    );
    const given = certificate.proof.reductions.map((reduction) => assumptions[reduction]);
    for (const result of scenarios) {
      io.stdout.write(renderVerified(result, { kata: kata.slug, given }));
      if (result.verdict !== "pass") code = EXIT.failed;
    }
  }
  return code;
}

function readFile(path: string, where: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new GraderError(
      "E_BAD_CERTIFICATE",
      `${where} cannot be read (${oneLine(messageOf(error))}): name a file that katas grade --certificates wrote`,
    );
  }
}

/** Requires that a certificate is about what is here. */
function requireSame(certificate: Certificate, here: CertificateSubject, where: string): void {
  const { grader, submission, scenarios } = certificate;
  const differs = (what: string): never => {
    throw new GraderError("E_BAD_CERTIFICATE", `${where} is about ${what}`);
  };
  if (grader !== here.grader)
    differs(`grader ${oneLine(grader)}, and this is ${here.grader}: grade again`);
  const file = difference(submission, here.submission);
  if (file !== undefined)
    differs(`another submission, ${oneLine(file)} differs: say which with --submission`);
  const scenario = difference(scenarios, here.scenarios);
  if (scenario !== undefined)
    differs(`another version of the scenario, ${oneLine(scenario)} differs: grade again`);
}

/** The first path whose digest is not the same in both. */
function difference(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): string | undefined {
  return [...Object.keys(a), ...Object.keys(b)].find((path) => a[path] !== b[path]);
}
