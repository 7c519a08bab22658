/** What a submission and the grader said, as far as every report shows it alike. */

/** Most lines that a submission printed. */
const PRINTED_LINES = 10;

/** The first lines that a submission printed, and how many more there are. */
export function printedHead(lines: readonly string[]): readonly string[] {
  const more = lines.length - PRINTED_LINES;
  return [...lines.slice(0, PRINTED_LINES), ...(more > 0 ? [`… ${more} more`] : [])];
}

/** Whether a diagnosis contains what was said already, but for the name of the error. */
export function isSaidIn(diagnosis: string, said: string): boolean {
  return said === "" || diagnosis.includes(said.replace(/^[^:]*: /, ""));
}
