import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { definitionDigest } from "../grade/class/key.ts";
import { GraderError } from "../grade/error.ts";
import { findKata, type KataDefinition } from "../grade/kata.ts";
import { type Pack, type PackedKata, readPack } from "../grade/pack.ts";
import { messageOf, oneLine } from "../grade/text.ts";
import type { Io } from "./io.ts";

const KEY = "KATAS_PACK_KEY";

/**
 * The key of sealed packs, from the environment.
 *
 * @throws GraderError `E_BAD_PACK` if it is there and no key
 */
export function packKey({ env }: Io): Buffer | undefined {
  const key = env[KEY] ?? "";
  if (key === "") return undefined;
  if (/^[0-9a-f]{64}$/i.test(key)) return Buffer.from(key, "hex");
  throw new GraderError(
    "E_BAD_PACK",
    `${KEY} is no key: it must be 64 hexadecimal digits, as openssl rand -hex 32 prints them`,
  );
}

/** The hidden scenarios of a kata that are here; nothing where there are none. */
export function packedKata({ folder }: KataDefinition): PackedKata | undefined {
  const hidden = join(folder, "hidden");
  if (!existsSync(hidden)) return undefined;
  const paths = readdirSync(hidden, { recursive: true, encoding: "utf8" })
    .map((path) => `hidden/${path.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".ts"))
    .toSorted();
  const texts = paths.map((path) => [path, readFileSync(join(folder, path), "utf8")] as const);
  return { definition: definitionDigest(folder), files: Object.fromEntries(texts) };
}

/**
 * Does something while the hidden scenarios of a pack stand in the folders of their katas, and takes
 * them away again. Katas of the pack that are not among `slugs` stay as they are.
 *
 * @throws GraderError `E_BAD_PACK` if the pack does not fit this course
 */
export async function withPack<T>(
  flag: string,
  { courseRoot, slugs }: { readonly courseRoot: string; readonly slugs: readonly string[] },
  io: Io,
  work: () => Promise<T>,
): Promise<T> {
  const where = oneLine(flag);
  const { katas } = readPack(readText(resolve(io.cwd, flag), where), where, packKey(io));
  const placed: string[] = [];
  try {
    for (const slug of slugs) {
      const packed = Object.hasOwn(katas, slug) ? katas[slug] : undefined;
      if (packed === undefined) continue;
      const { folder } = findKata(courseRoot, slug);
      requireFit(where, slug, folder, packed);
      const hidden = join(folder, "hidden");
      rmSync(hidden, { recursive: true, force: true });
      placed.push(hidden);
      place(folder, packed);
    }
    if (placed.length === 0) refuse(where, `holds none of ${slugs.join(", ")}: take another`);
    return await work();
  } finally {
    for (const folder of placed) rmSync(folder, { recursive: true, force: true });
  }
}

function requireFit(where: string, slug: string, folder: string, packed: PackedKata): void {
  if (packed.definition !== definitionDigest(folder)) {
    refuse(where, `is for another version of katas/${slug}/kata.json: make it again`);
  }
  const hidden = join(folder, "hidden");
  // A run that was killed could not take it away again.
  if (existsSync(hidden) && !existsSync(join(hidden, PLACED))) {
    refuse(where, `is not needed: katas/${slug}/hidden is here; leave --pack out, or remove it`);
  }
}

/** By this file a folder is known that came out of a pack, and goes again. */
const PLACED = ".from-pack";

function place(folder: string, { files }: PackedKata): void {
  mkdirSync(join(folder, "hidden"));
  writeFileSync(join(folder, "hidden", PLACED), "");
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

function readText(path: string, where: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    return refuse(where, `cannot be read (${oneLine(messageOf(error))}): check the path`);
  }
}

function refuse(where: string, what: string): never {
  throw new GraderError("E_BAD_PACK", `${where} ${what}`);
}

/** A pack of the katas that have hidden scenarios. */
export function packOf(katas: readonly KataDefinition[], grader: string): Pack {
  const entries = katas.flatMap((kata) => {
    const packed = packedKata(kata);
    return packed === undefined ? [] : [[kata.slug, packed] as const];
  });
  return { grader, katas: Object.fromEntries(entries) };
}
