/** The one encoder for text that comes from a submission, and its forms for each kind of report. */

/** Most characters of one text that a report shows. */
export const TEXT_LIMIT = 2_000;
/** More marks above and below one character than this shows are cut off. */
const MARKS = /(\p{M}{3})\p{M}+/gu;

/**
 * `text` on one line that nothing interprets: well-formed, without control, formatting and
 * invisible characters, and at most {@link TEXT_LIMIT} characters long. A line break becomes a
 * visible `\n`.
 */
export function encodeText(text: string, limit = TEXT_LIMIT): string {
  return cap(clean(text.replaceAll(/\r\n?|[\n\u2028\u2029]/g, String.raw`\n`)), limit);
}

/** As {@link encodeText}, line by line; together at most {@link TEXT_LIMIT} characters. */
export function encodeLines(text: string, limit = TEXT_LIMIT): readonly string[] {
  const lines: string[] = [];
  let left = limit;
  for (const line of text.split(/\r\n?|[\n\u2028\u2029]/)) {
    if (left <= 0) break;
    const encoded = cap(clean(line), left);
    left -= encoded.length + 1;
    lines.push(encoded);
  }
  return lines;
}

/** Text in which there is nothing to encode. */
const PLAIN = /^[ -~]*$/;

function clean(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .toWellFormed()
    .replaceAll("\t", " ")
    .replaceAll(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu, "")
    .replaceAll(MARKS, "$1");
}

function cap(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, Math.max(0, limit - 1)).toWellFormed()}…`;
}

/**
 * For a reader that may print it as it is, into a log or into Markdown: letters, digits, spaces and
 * the few signs that are inert everywhere. `unnamed` where nothing is left.
 */
export function plainText(text: string, limit = TEXT_LIMIT): string {
  const plain = encodeText(text)
    .replaceAll(/[^\p{L}\p{M}\p{N} ,;:.()'/+=-]/gu, " ")
    // `::`, `scheme:`, `www.`, `1.` and a mark at the beginning mean something somewhere.
    .replaceAll(/[:.](?! )/g, " ")
    .replace(/^(?:[^\p{L}\p{N}]|\d+[.)])+/u, "")
    .replaceAll(/\s+/gu, " ");
  return cap(plain, limit).trim() || "unnamed";
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** For HTML text and quoted attributes. */
export function escapeHtml(text: string): string {
  return encodeText(text).replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
}

/** For running Markdown text: nothing in it is markup, a link or a mention. */
export function escapeMarkdown(text: string): string {
  return encodeText(text)
    .replaceAll(/[\\`*_{}[\]()#+!|~$^=-]/g, (character) => `\\${character}`)
    .replaceAll(/[&<>]/g, (character) => entities[character] ?? "")
    .replaceAll(/[@:]|#(?=\d)|(?<=\d)\.|\.(?=\S)|\/(?=\/)/g, (character) => `${character}<!-- -->`);
}

/** As inline code of Markdown, also in a table: nothing in it is interpreted. */
export function markdownCode(text: string): string {
  const encoded = encodeText(text).replaceAll("|", "\\|");
  const fence = "`".repeat(longestRun(encoded) + 1);
  return encoded.trim() === "" ? "" : `${fence} ${encoded} ${fence}`;
}

/** Lines as a fenced block of Markdown; the fence is longer than any run of backticks in it. */
export function markdownBlock(lines: readonly string[]): string {
  const fence = "`".repeat(Math.max(3, longestRun(lines.join("\n")) + 1));
  return `${fence}text\n${lines.join("\n")}\n${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
