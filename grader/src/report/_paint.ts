import pico from "picocolors";
import type { Mark } from "./_labels.ts";

/** Colours that only repeat what the words say. */
export interface Paint {
  mark(mark: Mark): string;
  strong(text: string): string;
  faint(text: string): string;
  notice(text: string): string;
}

/** Colours, or plain text. */
export function createPaint(colour: boolean): Paint {
  const colours = pico.createColors(colour);
  return {
    mark: (mark) =>
      colours.bold(
        mark === "PASS"
          ? colours.green(mark)
          : mark === "FAIL"
            ? colours.red(mark)
            : colours.yellow(mark),
      ),
    strong: colours.bold,
    faint: colours.dim,
    notice: colours.yellow,
  };
}
