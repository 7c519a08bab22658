import type { BundleFrame } from "../../runtime/evidence.ts";
import type { SourcePlace } from "../result.ts";
import type { SourceWindow } from "./expression.ts";

/** How a story gets at the student's source. */
export interface SourceLookup {
  /**
   * The place of a bundle frame in the submission's own files, `given/` included; none elsewhere.
   */
  readonly locate: (frame: BundleFrame) => SourcePlace | undefined;
  /** The whole text of a file. With it, names of cells can be found on crowded or broken lines. */
  readonly sourceOf?: (file: string) => string | undefined;
}

/** Where a step stands: in the file that made the access, and in the student's own. */
export interface StepPlaces {
  /** Where the access itself is written: possibly in a given file. */
  readonly access: SourcePlace | undefined;
  /** The innermost place in the student's own files; that of the access when there is none. */
  readonly own: SourcePlace | undefined;
}

/** Lines after the first one that a broken call may go on for. */
const WINDOW_LINES = 12;

/** The places that the frames of a step, innermost first, stand for. */
export function placesOf(frames: readonly BundleFrame[], { locate }: SourceLookup): StepPlaces {
  let access: SourcePlace | undefined;
  for (const frame of frames) {
    const place = locate(frame);
    if (place === undefined) continue;
    access ??= place;
    if (isOwn(place)) return { access, own: place };
  }
  return { access, own: access };
}

function isOwn({ file }: SourcePlace): boolean {
  return file.startsWith("src/");
}

/** The source from a place's line on, without comments. */
export function windowAt(place: SourcePlace, lookup: SourceLookup): SourceWindow {
  const lines = linesFrom(place, lookup);
  if (lines === undefined) return { text: withoutComments(place.text), offset: undefined };
  return { text: withoutComments(lines.join("\n")), offset: place.column - 1 };
}

function linesFrom(place: SourcePlace, lookup: SourceLookup): readonly string[] | undefined {
  const lines = lookup.sourceOf?.(place.file)?.split("\n");
  return lines?.slice(place.line - 1, place.line + WINDOW_LINES);
}

/**
 * The source from one place to another of the same file, both lines included, without comments.
 * Only the two lines where the file is not at hand.
 */
export function sourceBetween(from: SourcePlace, to: SourcePlace, lookup: SourceLookup): string {
  const lines = lookup.sourceOf?.(from.file)?.split("\n");
  const text =
    lines === undefined || from.file !== to.file || to.line < from.line
      ? `${from.text}\n${to.text}`
      : lines.slice(from.line - 1, to.line).join("\n");
  return withoutComments(text);
}

function withoutComments(text: string): string {
  return text
    .replaceAll(/\/\*.*?\*\//g, (comment) => " ".repeat(comment.length))
    .replaceAll(/\/\/.*$/gm, "");
}

/** `src/index.ts:21`. */
export function placeText({ file, line }: SourcePlace): string {
  return `${file}:${line}`;
}

/** ` (src/index.ts:21)`, or nothing where the place is not known. */
export function atPlace(place: SourcePlace | undefined): string {
  return place === undefined ? "" : ` (${placeText(place)})`;
}

/** Whether two places are the same position. */
export function samePlace(a: SourcePlace | undefined, b: SourcePlace | undefined): boolean {
  return a?.file === b?.file && a?.line === b?.line && a?.column === b?.column;
}
