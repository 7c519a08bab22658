import type { Block } from "./_look.ts";
import type { ReporterOutput } from "./reporter.ts";

/** Prints blocks one below the other, as each of them needs. */
export interface Printer {
  /** Short blocks stand together; the others have an empty line around them. */
  block(block: Block): void;
  /** Text as it is. */
  text(text: string): void;
}

/** A printer that begins with nothing above it. */
export function printerOn(output: ReporterOutput): Printer {
  let last: Block | undefined;
  function text(more: string): void {
    output.status("");
    output.print(more);
  }
  return {
    text,
    block(block) {
      if (last !== undefined && !(last.isShort && block.isShort)) text("\n");
      last = block;
      text(block.text);
    },
  };
}
