/**
 * The first line of a scenario or of a line of the rubric: mark, title, points, and what there is
 * to say.
 */
import { padTo, widthOf, wrap } from "./_width.ts";
import { encodeText } from "./encode.ts";

/** Width of the column with id and title, unless titles are longer. */
export const TITLE = 42;
/** A title is not broken into narrower lines than this. */
export const NARROWEST = 30;

/** Id and title. */
export function titleOf({ id, title }: { readonly id: string; readonly title: string }): string {
  return `${encodeText(id, 20)} ${encodeText(title, 200)}`;
}

/** The parts of a first line. */
export interface MarkedLine {
  readonly mark: string;
  readonly title: string;
  readonly end: string;
  readonly width: number;
  /** Width of the column with the title; 0 = what follows stands below it. */
  readonly titleWidth: number | undefined;
}

/**
 * A mark, a title, and what stands at the end of its first line; below it where the terminal is
 * narrow.
 */
export function markedLine({ mark, title, end, width, titleWidth }: MarkedLine): readonly string[] {
  const room = width - MARK.length - 2 - widthOf(end);
  const column = Math.min(titleWidth ?? Math.max(TITLE, widthOf(title)), room);
  const isNarrow = column === 0 || column < Math.min(NARROWEST, titleWidth ?? NARROWEST);
  const [first = "", ...more] = wrap(title, isNarrow ? width - MARK.length : column);
  const rest = more.map((line) => MARK + line);
  if (!isNarrow) return [`${mark}  ${padTo(first, column)}  ${end}`, ...rest];
  const [below = "", ...further] = wrap(end.trim(), width - MARK.length);
  return [`${mark}  ${first}`, ...rest, MARK + below, ...further.map((line) => MARK + line)];
}

/** As wide as a mark and the space behind it. */
const MARK = " ".repeat(6);
