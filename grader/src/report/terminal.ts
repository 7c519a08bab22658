import type { GradeResult } from "../grade/result.ts";
import { packageOf } from "./_labels.ts";
import { type Paint, createPaint } from "./_paint.ts";
import { isolationOf } from "./_isolation.ts";
import { padTo, widthOf } from "./_width.ts";
import { encodeText } from "./encode.ts";
import { renderKata } from "./terminal-kata.ts";
import type { TerminalOptions } from "./terminal-scenario.ts";

/** A whole grading: every kata, and the sum where there are several. */
export function renderGrade(result: GradeResult, options: TerminalOptions): string {
  const paint = createPaint(options.colour);
  const katas = result.katas.map((kata) => renderKata(kata, options));
  const by = [
    `graded by concurrency-katas ${encodeText(result.grader, 40)}`,
    isolationOf(result.katas) ?? [],
  ].flat();
  const head = `${encodeText(result.submission, 200)}  ${paint.faint(by.join(", "))}`;
  const sum = result.katas.length > 1 ? [sumLines(result, paint)] : [];
  return `${[head, ...katas.map((kata) => kata.trimEnd()), ...sum].join("\n\n")}\n`;
}

function sumLines({ katas, earned, points }: GradeResult, paint: Paint): string {
  const names = katas.map(({ kata }) => packageOf(kata));
  const wide = Math.max(...names.map(widthOf), 5) + 2;
  const row = (name: string, a: number, b: number): string =>
    `  ${padTo(name, wide)}${String(a).padStart(4)}/${b}`;
  return [
    paint.strong("all katas"),
    ...katas.map((kata, i) => row(names[i] ?? "", kata.earned, kata.points)),
    paint.strong(row("total", earned, points)),
  ].join("\n");
}
