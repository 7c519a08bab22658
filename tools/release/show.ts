// What `release:dry` prints.

import type { Contents } from "./contents.ts";
import type { Candidate, Prepared } from "./prepare.ts";

/** What goes out with its files, and what stays with its reason. */
export function shown(
  { now, candidates, contents, problems }: Prepared,
  { registry, allFiles }: { readonly registry: string; readonly allFiles: boolean },
): string {
  const going = candidates.filter(({ held }) => held === undefined);
  const staying = candidates.filter(({ held }) => held !== undefined);
  const lines = [
    `At ${now.toISOString()}, ${registry}`,
    ...part(
      "goes out",
      going.flatMap((one) => [
        named(one),
        ...filesOf(contents.get(one.package.manifest.name), allFiles),
      ]),
    ),
    ...part(
      "stays",
      staying.map((one) => `${named(one)}  ${one.held}`),
    ),
    ...part("must be repaired first", problems),
  ];
  if (candidates.length === 0) lines.push("", "The registry has everything.");
  if (candidates.some(({ next }) => next !== undefined)) {
    lines.push("", "Versions after → are given by npm run release:version, which comes first.");
  }
  return `${lines.join("\n")}\n`;
}

function part(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

function named({ package: { manifest }, version, next }: Candidate): string {
  return `${manifest.name} ${version}${next === undefined ? "" : ` → ${next}`}`;
}

function filesOf(contents: Contents | undefined, allFiles: boolean): readonly string[] {
  if (contents === undefined) return [];
  const { files, size, unpackedSize } = contents;
  const total = `${files.length} files, ${kilobytes(size)}, unpacked ${kilobytes(unpackedSize)}`;
  const listed = allFiles ? files : [summary(files)];
  return [total, ...listed].map((line) => `  ${line}`);
}

/** The files of the folder itself, and how many there are below each folder in it. */
function summary(files: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const path of files) {
    const [first = "", ...rest] = path.split("/");
    const name = rest.length === 0 ? first : `${first}/`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .map(([name, count]) => (name.endsWith("/") ? `${name} (${count})` : name))
    .join("  ");
}

function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_000).toLocaleString("en")} kB`;
}
