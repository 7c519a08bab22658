import type { KataResult } from "../grade/result.ts";

const KEPT_BY = { T0: "compartment", T2: "bubblewrap" } as const;

/** What kept these submissions from the machine: `isolation T2 (bubblewrap)`; nothing where none was run. */
export function isolationOf(results: readonly Pick<KataResult, "tier">[]): string | undefined {
  const tiers = new Set(results.flatMap(({ tier }) => tier ?? []));
  if (tiers.size === 0) return undefined;
  const named = [...tiers].sort().map((tier) => `${tier} (${KEPT_BY[tier]})`);
  return `isolation ${named.join(" and ")}`;
}
