/**
 * `text` on one line that no terminal interprets: control and formatting characters become visible
 * escapes, and what is longer than `limit` is cut.
 */
export function oneLine(text: string, limit = 1000): string {
  const visible = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
    const short = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[character];
    return short ?? `\\u{${character.codePointAt(0)!.toString(16)}}`;
  });
  return visible.length > limit ? `${visible.slice(0, limit - 1)}…` : visible;
}

/** A value of a JSON file as a message names it. */
export function shown(value: unknown): string {
  return value === undefined ? "missing" : oneLine(JSON.stringify(value), 60);
}

/** What an unknown thrown value says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `a, b or c`. */
export function anyOf(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
