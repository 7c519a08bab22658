import type {
  GradeResult,
  KataResult,
  RubricResult,
  ScenarioResult,
  SourcePlace,
} from "../grade/result.ts";
import { countedLines, isEarned } from "./_counted.ts";
import { foundFacts } from "./_found.ts";
import { failureLabel, markOf, packageOf } from "./_labels.ts";
import { encodeText } from "./encode.ts";

/** Annotations of one kind that GitHub shows for one step; it drops the others. */
const MOST = 10;

type Kind = "error" | "warning" | "notice";

interface Annotation {
  readonly kind: Kind;
  readonly title: string;
  readonly message: readonly string[];
  /** A path in the student's repository. */
  readonly place?: { readonly file: string; readonly line: number };
}

/**
 * The result as workflow commands that put annotations on the student's lines: an error for a
 * failure, a warning for what was not decided, a notice for what is still to be written. At most ten
 * of each kind; where there are more, the tenth says how many.
 */
export function toAnnotations(result: GradeResult): string {
  const all = result.katas.flatMap(annotationsOf);
  return (["error", "warning", "notice"] as const)
    .flatMap((kind) => capped(all.filter((annotation) => annotation.kind === kind)))
    .map((annotation) => `${commandOf(annotation)}\n`)
    .join("");
}

function capped(annotations: readonly Annotation[]): readonly Annotation[] {
  const [first] = annotations;
  if (first === undefined || annotations.length <= MOST) return annotations;
  const left = annotations.length - (MOST - 1);
  const more = { kind: first.kind, title: `${left} more`, message: ["The job summary has them."] };
  return [...annotations.slice(0, MOST - 1), more];
}

function annotationsOf(kata: KataResult): readonly Annotation[] {
  const told = new Set<string>();
  const scenarios = kata.scenarios.flatMap((scenario) => {
    const annotation = ofScenario(scenario, kata);
    const key = JSON.stringify([annotation?.place, annotation?.message]);
    if (annotation === undefined || told.has(key)) return [];
    told.add(key);
    return [annotation];
  });
  return [...scenarios, ...ofLines(kata)];
}

function ofScenario(scenario: ScenarioResult, { kata }: KataResult): Annotation | undefined {
  const mark = markOf(scenario);
  if (mark === "PASS") return undefined;
  const where = placeOf(scenario);
  const place = where && {
    file: `katas/${encodeText(kata, 60)}/${encodeText(where.file, 100)}`,
    line: where.line,
  };
  const common = { title: `${scenario.id} ${failureLabel(scenario)}`, ...(place && { place }) };
  const why = scenario.diagnosis ?? scenario.message?.split("\n")[0] ?? "";
  switch (mark) {
    case "FAIL":
      return { kind: "error", ...common, message: failureText(scenario, why, kata) };
    case "OPEN":
      return { kind: "warning", ...common, message: [why] };
    case "TODO":
      return {
        ...common,
        kind: "notice",
        title: "not written yet",
        message: [why.replace(/^(?:TODO|not written yet): /, "")],
      };
  }
}

function failureText(scenario: ScenarioResult, why: string, kata: string): readonly string[] {
  const { expected, got, contract, evidence } = scenario;
  const replay = foundFacts(scenario, { kata, submission: undefined })?.[1].text;
  if (evidence.strategy === "none" && replay === undefined) return [why];
  return [
    why,
    `expected: ${expected}${got === undefined ? "" : `; got: ${got}`}`,
    `contract: "${contract}"`,
    ...(replay === undefined ? [] : [replay]),
  ];
}

/** Points that are lost although every scenario passes, or because nothing could be run. */
function ofLines(kata: KataResult): readonly Annotation[] {
  const lost = countedLines(kata).filter((line) => !isEarned(line) && line.reason !== undefined);
  const reasons = kata.scenarios.length === 0 ? lost.slice(0, 1) : lost;
  return reasons.map(({ id, title, reason = "" }: RubricResult) => ({
    kind: "error",
    title: kata.scenarios.length === 0 ? packageOf(kata.kata) : `${id} ${title}`,
    message: [reason],
  }));
}

/**
 * The line to look at: where it went wrong, else where somebody waits, else where the last step was;
 * the student's own before a given one.
 */
function placeOf(scenario: ScenarioResult): SourcePlace | undefined {
  const { place, story, timeline, sequence } = scenario;
  const told = story ?? timeline ?? sequence;
  const candidates = [
    ...(story?.waiters ?? []),
    ...(sequence?.waiters ?? []),
    ...(told?.rows ?? []).toReversed(),
  ].flatMap((item) => item.place ?? []);
  const places = [...(place === undefined ? [] : [place]), ...candidates];
  return places.find(({ file }) => file.startsWith("src/")) ?? places[0];
}

function commandOf({ kind, title, message, place }: Annotation): string {
  const properties = [
    ...(place === undefined ? [] : [`file=${property(place.file)}`, `line=${place.line}`]),
    `title=${property(encodeText(title, 200))}`,
  ];
  const lines = message.filter((line) => line !== "").map((line) => encodeText(line, 1_200));
  return `::${kind} ${properties.join(",")}::${data(lines.join("\n") || "no points")}`;
}

/** As the runner reads it: https://docs.github.com/actions/reference/workflow-commands-for-github-actions. */
function data(text: string): string {
  return text
    .replaceAll("%", "%25")
    .replaceAll("\r", "%0D")
    .replaceAll("\n", "%0A")
    .replaceAll("##[", "## [");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
