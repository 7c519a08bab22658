/** The fingerprints of a text of tokens. Pure. */
import { crc32 } from "node:zlib";

/** Tokens that a match has at least: shorter ones say nothing about where they come from. */
const NOISE = 12;
/** Fingerprints looked at together, of which one is kept; a match of NOISE + WINDOW - 1 tokens is never missed. */
const WINDOW = 4;

/**
 * Some of the hashes of all runs of tokens, chosen by nothing but the tokens around them, so that what two texts share
 * has the same fingerprints in both (winnowing: Schleimer, Wilkerson and Aiken, "Winnowing: Local Algorithms for
 * Document Fingerprinting", SIGMOD 2003).
 */
export function fingerprintsOf(tokens: readonly string[]): ReadonlySet<number> {
  const hashes = Array.from({ length: Math.max(0, tokens.length - NOISE + 1) }, (_, i) =>
    crc32(tokens.slice(i, i + NOISE).join(" ")),
  );
  const kept = new Set<number>();
  const windows = Math.max(1, hashes.length - WINDOW + 1);
  for (let from = 0; from < windows; from++) {
    const window = hashes.slice(from, from + WINDOW);
    if (window.length > 0) kept.add(Math.min(...window));
  }
  return kept;
}
