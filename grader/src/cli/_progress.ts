import { oneLine } from "../grade/text.ts";
import type { Output } from "./io.ts";

/** What is being done, on one line of a terminal that is written again and again. */
export interface Progress {
  show(text: string): void;
  /** Takes the line away, before something else is printed. */
  clear(): void;
}

/** Progress on `output`; where that is no terminal, there is none. */
export function progressOn(output: Output): Progress {
  if (output.isTTY !== true) return { show() {}, clear() {} };
  let visible = false;
  return {
    show(text) {
      visible = true;
      output.write(`\r\u001B[2K${oneLine(text, Math.max(20, (output.columns ?? 80) - 1))}`);
    },
    clear() {
      if (visible) output.write("\r\u001B[2K");
      visible = false;
    },
  };
}
