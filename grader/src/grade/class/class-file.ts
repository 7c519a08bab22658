/** Reads what `katas class` wrote. */
import {
  listOf,
  number,
  oneOf,
  optional,
  record,
  type Shape,
  text,
  truth,
  whole,
} from "../../runtime/shape.ts";
import { GraderError } from "../error.ts";
import { oneLine } from "../text.ts";
import type { ClassPart, ClassResult } from "./result.ts";

/**
 * The class that a text holds.
 *
 * @throws GraderError `E_BAD_CLASS`, which calls the file `where`
 */
export function readClassResult(content: string, where: string): ClassResult {
  return read(content, where, isClass, "the results.json of a class") as ClassResult;
}

/**
 * The part of a class that a text holds.
 *
 * @throws GraderError `E_BAD_CLASS`, which calls the file `where`
 */
export function readClassPart(content: string, where: string): ClassPart {
  return read(content, where, isPart, "what katas class --shard wrote") as ClassPart;
}

function read(content: string, where: string, shape: Shape, what: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    value = undefined;
  }
  if (shape(value)) return value;
  throw new GraderError(
    "E_BAD_CLASS",
    `${oneLine(where)} is not ${what}: check the file, or write it again`,
  );
}

const kata = record({ kata: text, title: text, points: whole, hidden: truth, course: text });

const line = record({
  id: text,
  title: text,
  group: text,
  points: whole,
  earned: whole,
  scenarios: listOf(text),
  reason: optional(text),
});

const place = record({ file: text, line: whole, column: whole, text });

const waiters = listOf(record({ column: whole, text, place: optional(place) }));

const story = record({
  replay: text,
  preemptions: whole,
  minimal: truth,
  schedule: whole,
  columns: listOf(text),
  rows: listOf(
    record({
      column: whole,
      preempted: truth,
      place: optional(place),
      text,
      returns: optional(text),
      times: optional(whole),
    }),
  ),
  waiters,
  printed: listOf(text),
});

const timeline = record({
  replay: text,
  size: whole,
  reorderings: whole,
  minimal: truth,
  execution: whole,
  rows: listOf(
    record({
      at: number,
      actor: text,
      text,
      place: optional(place),
      reordered: truth,
      times: optional(whole),
    }),
  ),
  printed: listOf(text),
});

const sequence = record({
  order: text,
  columns: listOf(text),
  rows: listOf(record({ column: whole, at: number, text, place: optional(place) })),
  waiters,
});

const evidence = record({
  strategy: oneOf("preemption-bounding", "orders", "processes", "stress", "program", "none"),
  schedules: whole,
  bound: number,
  complete: truth,
  states: whole,
  samples: optional(whole),
});

const scenario = record({
  id: text,
  title: text,
  group: text,
  verdict: text,
  bugClass: optional(text),
  bugDetail: optional(text),
  diagnosis: optional(text),
  contract: text,
  expected: text,
  got: optional(text),
  message: optional(text),
  place: optional(place),
  evidence,
  story: optional(story),
  timeline: optional(timeline),
  sequence: optional(sequence),
});

const cell = record({
  state: oneOf("graded", "missing", "unreadable", "failed"),
  reason: optional(text),
  commit: optional(text),
  submission: optional(text),
  result: record({
    kata: text,
    title: text,
    earned: whole,
    points: whole,
    hidden: truth,
    tier: optional(oneOf("T0", "T2")),
    rubric: listOf(line),
    scenarios: listOf(scenario),
  }),
});

const alike = listOf(
  record({
    kata: text,
    students: listOf(record({ student: text, percent: whole })),
    solutions: listOf(text),
  }),
);

const grader = { grader: text, program: text, katas: listOf(kata) };

const isClass = record({
  ...grader,
  schema: oneOf("concurrency-katas/class/v1"),
  earned: whole,
  points: whole,
  students: listOf(
    record({ student: text, late: truth, earned: whole, points: whole, katas: listOf(cell) }),
  ),
  alike: optional(alike),
});

const isPart = record({
  ...grader,
  schema: oneOf("concurrency-katas/class-part/v1"),
  shard: whole,
  of: whole,
  students: listOf(
    record({
      student: text,
      late: truth,
      katas: listOf((value) => value === null || cell(value)),
    }),
  ),
  alike,
});
