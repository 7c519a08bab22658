/** From positions in bundles to the lines of the student. */
import type { SubmissionBundle } from "../runtime/bundle.ts";
import type { BundleFrame } from "../runtime/evidence.ts";
import type { SourcePlace } from "./result.ts";

/** A submission with its bundle, as far as places need it. */
export interface Placed {
  readonly bundle: Pick<SubmissionBundle, "locate">;
  /** The student's files by path. */
  readonly files: ReadonlyMap<string, string>;
}

/** A position in a student's file with the text of its line. */
export function placeAt(
  files: ReadonlyMap<string, string>,
  position: Omit<SourcePlace, "text">,
): SourcePlace {
  const { file, line } = position;
  return { ...position, text: files.get(file)?.split("\n")[line - 1]?.trim() ?? "" };
}

/** The student's place of a frame in the bundle, if it is one of theirs. */
export function placeOf({ bundle, files }: Placed, frame: BundleFrame): SourcePlace | undefined {
  const found = bundle.locate(frame.line, frame.column);
  return found === undefined ? undefined : placeAt(files, found);
}

/** The innermost of the frames that is the student's. */
export function firstPlace(
  placed: Placed,
  frames: readonly BundleFrame[],
): SourcePlace | undefined {
  for (const frame of frames) {
    const found = placeOf(placed, frame);
    if (found !== undefined) return found;
  }
  return undefined;
}
