import { GraderError } from "../grade/error.ts";
import type { Sandbox, Tier } from "../runtime/sandbox.ts";
import type { Io } from "./io.ts";
import type { Isolation } from "./program.ts";

/** What each tier is called where somebody chooses one. */
export const ISOLATION: Readonly<Record<Tier, Isolation>> = {
  T0: "compartment",
  T2: "bubblewrap",
};

/** The sandbox that was asked for, by a flag or because it is what counts. */
export function sandboxFor(isolation: Isolation, { findSandbox }: Io): Sandbox | undefined {
  if (isolation === "compartment") return undefined;
  const found = findSandbox();
  if (found.tier === "T2") return found;
  throw new GraderError(
    "E_NO_SANDBOX",
    `${found.reason}: ${found.fix}, or say --isolation compartment if you trust every submission`,
  );
}
