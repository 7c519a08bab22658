// The index of katas, `katas/README.md`, as `kata.json` of each says. Refreshed with
// `npx vitest run --root tools --update`; a test fails while it is out of date.

import { findKatas } from "../grader/src/grade/kata.ts";

const HEAD = ["kata", "about", "level", "minutes", "concepts"];

/**
 * The text of the index.
 *
 * @throws GraderError if a `kata.json` is broken
 */
export function katasIndex(root: string): string {
  const katas = findKatas(root);
  const rows = katas.map(({ slug, title, level, minutes, concepts }) => [
    `[${slug}](${slug}/README.md)`,
    title,
    String(level),
    minutes === undefined ? "" : String(minutes),
    concepts.join(", "),
  ]);
  return `# Katas

In the order of the course. Levels go from 1 to 5. In the root of the repository,
\`npm test -w kata-<name>\` runs one, for example \`npm test -w kata-${katas[0]?.slug}\`.

${table([HEAD, ...rows])}

A new one: [AUTHORING.md](AUTHORING.md). This file is generated from each \`kata.json\` with
\`npx vitest run --root tools --update\`.
`;
}

/** A Markdown table with aligned columns, as the formatter wants it. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = HEAD.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const lines = rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i]!)));
  const rule = widths.map((width) => "-".repeat(width));
  return [lines[0]!, rule, ...lines.slice(1)].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
