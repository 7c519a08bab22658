/** How wide text is in a terminal, and text broken at that width. */

/** East Asian wide characters and emoji, as ranges of a character class. */
const WIDE_RANGES = [
  String.raw`\u1100-\u115F\u231A\u231B\u2329\u232A\u23E9-\u23EC\u23F0\u23F3\u25FD\u25FE\u2614`,
  String.raw`\u2615\u2648-\u2653\u267F\u2693\u26A1\u26AA\u26AB\u26BD\u26BE\u26C4\u26C5\u26CE`,
  String.raw`\u26D4\u26EA\u26F2\u26F3\u26F5\u26FA\u26FD\u2705\u270A\u270B\u2728\u274C\u274E`,
  String.raw`\u2753-\u2755\u2757\u2795-\u2797\u27B0\u27BF\u2B1B\u2B1C\u2B50\u2B55`,
  String.raw`\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uA960-\uA97F`,
  String.raw`\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6`,
  String.raw`\u{1F004}-\u{1F9FF}\u{20000}-\u{3FFFD}`,
];
const WIDE = new RegExp(`[${WIDE_RANGES.join("")}]`, "u");

const PLAIN = /^[ -~]*$/;

/** The cells that encoded text takes in a terminal. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const character of text) {
    if (WIDE.test(character)) width += 2;
    else if (!/\p{M}/u.test(character)) width++;
  }
  return width;
}

/** `text` with spaces up to `width`; longer text stays as it is. */
export function padTo(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** `text` in lines of at most `width`, broken between words where that is possible. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of text.split(" ")) {
    const joined: string = line === undefined ? word : `${line} ${word}`;
    if (widthOf(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== undefined) lines.push(line);
    line = breakLong(word, width, lines);
  }
  return [...lines, line ?? ""];
}

/** Cuts a word that is longer than a line; what is left of it goes on. */
function breakLong(text: string, width: number, lines: string[]): string {
  let rest = text;
  while (widthOf(rest) > width) {
    let end = 0;
    let used = 0;
    for (const character of rest) {
      const size = widthOf(character);
      if (used + size > width && end > 0) break;
      used += size;
      end += character.length;
    }
    if (end >= rest.length) break;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return rest;
}
