/** Errors of a submission as plain data, read with care: what was thrown may be anything. */
import type { Frame, Realm } from "../sealed/compartment.ts";

/** An error of the submission. */
export interface DescribedError {
  readonly code: string;
  readonly message: string;
  readonly frames: readonly Frame[];
}

/** Describes what was thrown; `framesOf` finds the submission's part of its stack. */
export function describeError(
  error: unknown,
  { framesOf }: Pick<Realm, "framesOf">,
): DescribedError {
  if (typeof error !== "object" || error === null) {
    const message = typeof error === "string" ? error.slice(0, 500) : "";
    return { code: `a thrown ${typeof error}`, message, frames: [] };
  }
  const read = (key: string): string => {
    try {
      const value = (error as Record<string, unknown>)[key];
      return typeof value === "string" ? value.slice(0, 500) : "";
    } catch {
      return "";
    }
  };
  return {
    code: read("code") || read("name") || "an object",
    message: read("message"),
    frames: carefully(() => framesOf(error)),
  };
}

function carefully(look: () => readonly Frame[]): readonly Frame[] {
  try {
    return look();
  } catch {
    return [];
  }
}
