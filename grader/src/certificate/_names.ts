/** Numbers for texts: equal texts have equal numbers, exactly. */
export interface Names {
  /** 1 for the first text, and so on. */
  of(text: string): number;
}

/** Makes an empty set of names. */
export function createNames(): Names {
  const known = new Map<string, number>();
  return {
    of(text) {
      const name = known.get(text) ?? known.size + 1;
      known.set(text, name);
      return name;
    },
  };
}
