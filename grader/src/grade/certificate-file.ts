/** A certificate as a file: JSON, as `schema/certificate.schema.json` describes it. */
import type { Proof, Reduction } from "../certificate/index.ts";
import { assumptions } from "../certificate/index.ts";
import type { CertifiedScenario } from "./certify.ts";
import { digestOf } from "./certify.ts";
import { isObject, listOf, record, type Shape, text, whole } from "../runtime/shape.ts";
import { GraderError } from "./error.ts";

const SCHEMA = "concurrency-katas/certificate/v1";

/** What a certificate is about. */
export interface CertificateSubject {
  readonly grader: string;
  readonly kata: string;
  /** SHA-256 of each file of the submission, and of the file that holds the scenario, by path below the kata. */
  readonly submission: Readonly<Record<string, string>>;
  readonly scenarios: Readonly<Record<string, string>>;
}

/** A certificate: what is claimed, of what, and how it can be checked. */
export interface Certificate extends CertificateSubject, CertifiedScenario {}

/** The digests of texts by their path, in the order of the paths. */
export function digestsOf(files: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const paths = [...files.keys()].toSorted();
  return Object.fromEntries(paths.map((path) => [path, digestOf(files.get(path) as string)]));
}

/** A certificate as text, one plan on each line. */
export function certificateText({ proof, ...about }: Certificate): string {
  const { grader, kata, scenario, submission, scenarios, stateless } = about;
  const { claim, reductions, executions } = proof;
  const head = JSON.stringify(
    {
      schema: SCHEMA,
      grader,
      kata,
      scenario,
      submission,
      scenarios,
      stateless,
      claim,
      reductions,
    },
    undefined,
    2,
  );
  const lines = executions.map(({ plan, digest }) => {
    const pairs = plan.map(({ step, action }) => [step, action]);
    return `    { "plan": ${JSON.stringify(pairs)}, "digest": "${digest}" }`;
  });
  return `${head.slice(0, -2)},\n  "executions": [\n${lines.join(",\n")}\n  ]\n}\n`;
}

/**
 * The certificate that a text holds.
 *
 * @throws GraderError `E_BAD_CERTIFICATE`, which calls the file `where`
 */
export function readCertificate(text: string, where: string): Certificate {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (!isFile(value)) {
    throw new GraderError(
      "E_BAD_CERTIFICATE",
      `${where} is no certificate (${SCHEMA}): write it again with katas grade --certificates`,
    );
  }
  const { schema: _, claim, reductions, executions, ...subject } = value;
  const unknown = reductions.find((name) => !Object.hasOwn(assumptions, name));
  if (unknown !== undefined) {
    throw new GraderError(
      "E_BAD_CERTIFICATE",
      `${where} uses the reduction ${JSON.stringify(unknown)}, which this checker does not know: use the grader that wrote it`,
    );
  }
  const plans = executions.map(({ plan, digest }) => ({
    plan: plan.map(([step, action]) => ({ step, action })),
    digest,
  }));
  return { ...subject, proof: { claim, reductions: reductions as Reduction[], executions: plans } };
}

interface CertificateFile extends CertificateSubject {
  readonly schema: typeof SCHEMA;
  readonly scenario: string;
  readonly stateless: boolean;
  readonly claim: Proof["claim"];
  readonly reductions: readonly string[];
  readonly executions: readonly {
    readonly plan: readonly (readonly [step: number, action: number])[];
    readonly digest: string;
  }[];
}

const digests: Shape = (value) => isObject(value) && Object.values(value).every(text);

const claim: Shape = (value) =>
  record({ kind: (kind) => kind === "complete" })(value) ||
  record({ kind: (kind) => kind === "bounded", preemptions: whole })(value);

const file = record({
  schema: (value) => value === SCHEMA,
  grader: text,
  kata: text,
  scenario: text,
  submission: digests,
  scenarios: digests,
  stateless: (value) => typeof value === "boolean",
  claim,
  reductions: listOf(text),
  executions: listOf(
    record({
      plan: listOf((pair) => listOf(whole)(pair) && (pair as readonly unknown[]).length === 2),
      digest: text,
    }),
  ),
});

function isFile(value: unknown): value is CertificateFile {
  return file(value);
}
