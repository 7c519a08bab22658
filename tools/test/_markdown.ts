import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the repository. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** A fenced block, with the nearest heading above it. */
export interface CodeBlock {
  readonly language: string;
  readonly heading: string;
  readonly content: string;
}

/** The text of a file of the repository. */
export function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** The Markdown files directly in a folder of the repository, or below it. */
export function markdownIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".md"))
    .sort();
}

/** The fenced blocks of a Markdown text, in order. */
export function codeBlocks(text: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let heading = "";
  for (const match of text.matchAll(/^```(\w*)\n([\s\S]*?)^```$|^#+ (.*)$/gm)) {
    const [, language, content, title] = match;
    if (title !== undefined) heading = title;
    else blocks.push({ language: language ?? "", heading, content: content ?? "" });
  }
  return blocks;
}

/** A Markdown text without its fenced blocks. */
export function prose(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, "");
}

/** The links of a document that lead nowhere: `decisions/0001.md is missing`, `#limits is no heading`. */
export function brokenLinks(document: string): readonly string[] {
  const text = prose(read(document));
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = ""]) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [path = "", anchor] = target.split("#");
    const file = path === "" ? document : join(dirname(document), path);
    if (!existsSync(join(root, file))) return [`${target} is missing`];
    if (anchor === undefined || anchorsOf(read(file)).includes(anchor)) return [];
    return [`${target}: there is no such heading`];
  });
}

function anchorsOf(text: string): readonly string[] {
  return [...prose(text).matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Where the paths in documents begin, beside their own folder; those of a kata are tried on the one there is. */
const homes = ["", "grader", "katas/bank-balance", "solutions/bank-balance"];

/**
 * The paths in backquotes that do not exist, headings apart: those that begin with a folder that there is. What begins
 * with a dot or holds a placeholder, such as `katas/<slug>/src`, is left alone.
 */
export function missingPaths(document: string): readonly string[] {
  const text = prose(read(document)).replaceAll(/^#.*$/gm, "");
  return [...text.matchAll(/`([^`\s]+)`/g)].flatMap(([, path = ""]) => {
    if (!/^\w[\w.-]*\/[\w./-]*$/.test(path)) return [];
    const first = path.slice(0, path.indexOf("/"));
    const from = [...homes, dirname(document)].filter((home) =>
      existsSync(join(root, home, first)),
    );
    if (from.length === 0 || ignored.has(first)) return [];
    return from.some((home) => existsSync(join(root, home, path))) ? [] : [path];
  });
}

/** Folders that a build or a run makes. */
const ignored = new Set(["dist", "node_modules"]);

/** The npm scripts that a document names and that do not exist: `npm run tset`, `npm run hnt -w kata-pool`. */
export function missingScripts(document: string): readonly string[] {
  const commands = read(document).matchAll(
    /\bnpm (?:run ([a-z:]+)|(test|t))\b((?: -w [\w<>-]+)?)/g,
  );
  return [...commands].flatMap(([command, script = "test", , workspace = ""]) => {
    const name = workspace.replace(" -w ", "");
    if (/[<x]$|</.test(name)) return [];
    const folder = name === "" ? "" : `${name.replace(/^kata-/, "katas/")}/`;
    const file = `${folder}package.json`;
    if (!existsSync(join(root, file))) return [`${command}: there is no ${file}`];
    const { scripts } = JSON.parse(read(file)) as { scripts: Record<string, string> };
    return script in scripts ? [] : [`${command}: there is no such script`];
  });
}

/** The constants of the grader that a document cites with another value: `READ_SET` (8). */
export function wrongConstants(document: string): readonly string[] {
  const cited = prose(read(document)).matchAll(/`([A-Z][A-Z_]+)` \(([\d,_]+)(?: [a-z]+)?\)/g);
  return [...cited].flatMap(([, name = "", value = ""]) => {
    const values = constants().get(name) ?? [];
    const isRight = values.includes(Number(value.replaceAll(/[,_]/g, "")));
    return isRight ? [] : [`${name} is ${values.join(" or ") || "nowhere"}, not ${value}`];
  });
}

/** Every `const NAME = 1_000` of the grader. */
function constants(): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  const source = join(root, "grader", "src");
  for (const name of readdirSync(source, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts")) continue;
    const text = readFileSync(join(source, name), "utf8");
    for (const [, key = "", value = ""] of text.matchAll(/\bconst ([A-Z_]+) = ([\d_]+);/g)) {
      found.set(key, [...(found.get(key) ?? []), Number(value.replaceAll("_", ""))]);
    }
  }
  return found;
}
