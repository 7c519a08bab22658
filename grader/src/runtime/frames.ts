/** JSON lines both ways between grader and host, with the numbers that JSON lacks. */

/** Largest frame that is accepted, in characters. */
export const FRAME_LIMIT = 8 * 1024 * 1024;

/** One frame as a line. */
export function encodeFrame(frame: unknown): string {
  return `${JSON.stringify(frame, (_key, value: unknown) =>
    typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))
      ? { $number: Object.is(value, -0) ? "-0" : String(value) }
      : value,
  )}\n`;
}

/** The frame of a line; throws a SyntaxError when it is none. */
export function decodeFrame(line: string): unknown {
  if (!line.includes('"$number"')) return JSON.parse(line);
  return JSON.parse(line, (_key, value: unknown) => {
    if (typeof value !== "object" || value === null || !("$number" in value)) return value;
    return Number(value.$number);
  });
}

/** Cuts a stream of chunks into lines; throws a RangeError when one is longer than {@link FRAME_LIMIT}. */
export function createLineReader(onLine: (line: string) => void): (chunk: string) => void {
  let rest = "";
  return (chunk) => {
    rest += chunk;
    for (let end = rest.indexOf("\n"); end !== -1; end = rest.indexOf("\n")) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 1);
      onLine(line);
    }
    if (rest.length > FRAME_LIMIT) throw new RangeError("a frame is too long");
  };
}
