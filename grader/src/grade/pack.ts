/** The hidden scenarios of katas as one file, readable or sealed. */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { isObject, record, type Shape, text } from "../runtime/shape.ts";
import { digestOf } from "./certify.ts";
import { GraderError } from "./error.ts";

const SCHEMA = "concurrency-katas/pack/v1";
const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PATH = /^hidden(?:\/[A-Za-z0-9_][\w-]*(?:\.[\w-]+)*)+\.ts$/;

/** The hidden scenarios of one kata. */
export interface PackedKata {
  /** SHA-256 of its `kata.json`: the scenarios belong to this rubric. */
  readonly definition: string;
  /** The text of each file, by its path below the kata: `hidden/scenarios.ts`. */
  readonly files: Readonly<Record<string, string>>;
}

/** Hidden scenarios of katas, with the version of the grader that they were packed by. */
export interface Pack {
  readonly grader: string;
  readonly katas: Readonly<Record<string, PackedKata>>;
}

/** SHA-256 of what a pack holds, the same for equal content. */
export function packDigest({ grader, katas }: Pack): string {
  const entries = Object.entries(katas)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([slug, { definition, files }]) => {
      const sorted = Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1));
      return [slug, definition, sorted];
    });
  return digestOf(JSON.stringify([SCHEMA, grader, entries]));
}

/**
 * A pack as the text of a file. With a key, of 32 bytes, it is encrypted and authenticated, and
 * shows nothing but its digest and its length.
 */
export function packText(pack: Pack, key?: Buffer): string {
  const digest = packDigest(pack);
  if (key === undefined) {
    return `${JSON.stringify({ schema: SCHEMA, digest, ...pack }, undefined, 2)}\n`;
  }
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(associated(digest));
  const data = Buffer.concat([cipher.update(JSON.stringify(pack)), cipher.final()]);
  const sealed = {
    cipher: CIPHER,
    nonce: nonce.toString("base64"),
    tag: cipher.getAuthTag().toString("base64"),
    data: data.toString("base64"),
  };
  return `${JSON.stringify({ schema: SCHEMA, digest, sealed }, undefined, 2)}\n`;
}

/**
 * The pack that a text holds; `where` is the file as a message names it.
 *
 * @throws GraderError `E_BAD_PACK` if it is none, was changed, or is sealed with another key
 */
export function readPack(content: string, where: string, key?: Buffer): Pack {
  const file = parsed(content);
  if (!isFile(file)) refuse(where, `is no pack (${SCHEMA}): make it again with katas pack`);
  const pack = isObject(file.sealed) ? unsealed(file, where, key) : file;
  if (!isPack(pack)) refuse(where, "holds something else than scenarios: make it again");
  const { grader, katas } = pack;
  if (packDigest({ grader, katas }) !== file.digest) {
    refuse(where, "was changed after it was made: take the original");
  }
  return { grader, katas };
}

function unsealed({ digest, sealed }: PackFile, where: string, key: Buffer | undefined): unknown {
  if (!isSealed(sealed)) return refuse(where, "is sealed in an unknown way: make it again");
  if (key === undefined) {
    return refuse(where, "is sealed: set KATAS_PACK_KEY to the key that it was made with");
  }
  const bytes = (value: string): Buffer => Buffer.from(value, "base64");
  try {
    const options = { authTagLength: TAG_BYTES };
    const decipher = createDecipheriv(CIPHER, key, bytes(sealed.nonce), options)
      .setAAD(associated(digest))
      .setAuthTag(bytes(sealed.tag));
    return parsed(
      Buffer.concat([decipher.update(bytes(sealed.data)), decipher.final()]).toString(),
    );
  } catch {
    return refuse(where, "does not open with this KATAS_PACK_KEY, or was changed");
  }
}

/** What is authenticated, and not encrypted. */
function associated(digest: string): Buffer {
  return Buffer.from(`${SCHEMA} ${digest}`);
}

interface PackFile {
  readonly digest: string;
  readonly sealed?: unknown;
}

interface Sealed {
  readonly nonce: string;
  readonly tag: string;
  readonly data: string;
}

const isFile = record({
  schema: (value) => value === SCHEMA,
  digest: text,
}) as (value: unknown) => value is PackFile;

const isSealed = record({
  cipher: (value) => value === CIPHER,
  nonce: text,
  tag: text,
  data: text,
}) as (value: unknown) => value is Sealed;

const files: Shape = (value) =>
  isObject(value) &&
  Object.entries(value).every(([path, content]) => PATH.test(path) && typeof content === "string");

const katas: Shape = (value) =>
  isObject(value) && Object.values(value).every(record({ definition: text, files }));

const isPack = record({ grader: text, katas }) as (value: unknown) => value is Pack;

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

function refuse(where: string, what: string): never {
  throw new GraderError("E_BAD_PACK", `${where} ${what}`);
}
