import { GraderError } from "./error.ts";
import type { KataDefinition } from "./kata.ts";
import { messageOf, oneLine } from "./text.ts";
import { readCourseFile } from "./_course-file.ts";

/** A question about a schedule, asked before anything is written. */
export interface Prediction {
  readonly id: string;
  readonly question: string;
  readonly choices: readonly string[];
  /** One of the choices. */
  readonly answer: string;
  readonly why: string;
}

/**
 * The questions of a kata's `predict.json`.
 *
 * @throws GraderError `E_NO_PREDICTIONS` or `E_BAD_PREDICTIONS`
 */
export function readPredictions(kata: KataDefinition): readonly Prediction[] {
  const { where, text } = readCourseFile(kata, "predict.json", "E_NO_PREDICTIONS");
  const refuse = (what: string): never => {
    throw new GraderError("E_BAD_PREDICTIONS", `${where} ${what}`);
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    refuse(`is no JSON: ${oneLine(messageOf(error), 300)}`);
  }
  if (!Array.isArray(value) || value.length === 0) return refuse("must be a list of questions");
  const ids = new Set<string>();
  for (const [i, item] of (value as unknown[]).entries()) {
    const problem = problemOf(item);
    if (problem !== undefined) refuse(`question ${i + 1}: ${problem}`);
    const { id } = item as Prediction;
    if (ids.has(id)) refuse(`question ${i + 1}: the id "${id}" is taken, choose another`);
    ids.add(id);
  }
  return value as readonly Prediction[];
}

const FIELDS = ["id", "question", "choices", "answer", "why"];

function problemOf(item: unknown): string | undefined {
  if (typeof item !== "object" || item === null) return "it must be an object";
  const fields = item as Record<string, unknown>;
  const unknown = Object.keys(fields).find((name) => !FIELDS.includes(name));
  if (unknown !== undefined) return `"${oneLine(unknown, 60)}" is not a known field: remove it`;
  for (const name of ["question", "answer", "why"]) {
    if (typeof fields[name] !== "string" || fields[name] === "") return `"${name}" must be text`;
  }
  if (typeof fields["id"] !== "string" || !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(fields["id"])) {
    return '"id" must be small letters with hyphens';
  }
  const choices = fields["choices"];
  if (!Array.isArray(choices) || choices.length < 2 || choices.length > 26) {
    return '"choices" must be a list of at least 2';
  }
  if (!choices.every((choice) => typeof choice === "string" && choice !== "")) {
    return 'each of "choices" must be text';
  }
  if (new Set(choices).size !== choices.length) return 'two of "choices" are the same';
  return choices.includes(fields["answer"]) ? undefined : '"answer" must be one of "choices"';
}
