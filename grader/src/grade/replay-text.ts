/** What replay ids of all engines are made of: a scenario, and bytes in base64url. */
import { GraderError } from "./error.ts";

/** Writes numbers as bytes. */
export interface ByteWriter {
  byte(value: number): void;
  /** 16 bits, the lower ones first. */
  word(value: number): void;
  /** A whole number from 0, in as many groups of 7 bits as it needs (LEB128). */
  number(value: number): void;
  /** The replay id. */
  text(scenario: string): string;
}

/** Reads them again; each call throws `E_BAD_REPLAY` where there is nothing more. */
export interface ByteReader {
  readonly scenario: string;
  isAtEnd(): boolean;
  byte(): number;
  word(): number;
  number(): number;
  /** Throws that this is no replay id. */
  bad(): never;
}

/** Numbers of a replay id are smaller. */
const LARGEST = 2 ** 35;

/** Starts a replay id. */
export function createByteWriter(): ByteWriter {
  const bytes: number[] = [];
  return {
    byte(value) {
      bytes.push(value);
    },
    word(value) {
      bytes.push(value & 0xff, value >> 8);
    },
    number(value) {
      let rest = value;
      for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest & 0x7f) | 0x80);
      bytes.push(rest);
    },
    text: (scenario) => `${scenario}:${Buffer.from(bytes).toString("base64url")}`,
  };
}

/** Opens a replay id. Throws `E_BAD_REPLAY` when it is none, with an `example` of one. */
export function createByteReader(text: string, what: string, example: string): ByteReader {
  const bad = (): never => {
    throw new GraderError(
      "E_BAD_REPLAY",
      `"${text.slice(0, 80)}" is not ${what}. Copy it whole from a failure report; it looks like ${example}.`,
    );
  };
  const { scenario, code } = partsOf(text) ?? bad();
  const bytes = Buffer.from(code, "base64url");
  // Bits that stand for nothing would be dropped in silence.
  if (bytes.toString("base64url") !== code) bad();
  let at = 0;
  const byte = (): number => (at < bytes.length ? (bytes[at++] as number) : bad());
  return {
    scenario,
    isAtEnd: () => at === bytes.length,
    byte,
    word: () => byte() | (byte() << 8),
    number() {
      let value = 0;
      for (let scale = 1; scale < LARGEST; scale *= 0x80) {
        const next = byte();
        value += (next & 0x7f) * scale;
        if (next < 0x80) return value;
      }
      return bad();
    },
    bad,
  };
}

/** Scenario and code of a replay id; nothing when it is none. */
export function partsOf(
  text: string,
): { readonly scenario: string; readonly code: string } | undefined {
  const match = /^([A-Za-z][A-Za-z0-9]{0,7}):([A-Za-z0-9_-]*)$/.exec(text);
  return match === null ? undefined : { scenario: match[1] ?? "", code: match[2] ?? "" };
}
