/**
 * Small sets of indexes, many of them in one array. A set starts at `offset`
 * and has as many words of 32 bits as {@link wordsFor} says.
 */
export type BitSets = Uint32Array;

/** How many words a set of the indexes below `size` has. */
export function wordsFor(size: number): number {
  return Math.max(1, Math.ceil(size / 32));
}

/** Puts `index` into a set. */
export function include(sets: BitSets, offset: number, index: number): void {
  const word = offset + (index >>> 5);
  sets[word] = (sets[word] ?? 0) | (1 << (index & 31));
}

/** Takes `index` out of a set. */
export function exclude(sets: BitSets, offset: number, index: number): void {
  const word = offset + (index >>> 5);
  sets[word] = (sets[word] ?? 0) & ~(1 << (index & 31));
}

/** Whether `index` is in a set. */
export function includes(sets: BitSets, offset: number, index: number): boolean {
  return (((sets[offset + (index >>> 5)] ?? 0) >>> (index & 31)) & 1) === 1;
}

/** Whether `all` has every index of the set in `sets` that starts at `offset`. */
export function isSubset(sets: BitSets, offset: number, all: BitSets): boolean {
  for (let word = 0; word < all.length; word++) {
    if (((sets[offset + word] ?? 0) & ~(all[word] ?? 0)) !== 0) return false;
  }
  return true;
}
