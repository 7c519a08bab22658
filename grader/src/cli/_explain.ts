import { createColors } from "picocolors";
import type { KataDefinition } from "../grade/kata.ts";
import type { ScenarioGroup } from "../vitest/scenarios.ts";

/** What each scenario checks: the sentence of the contract, what it expects, and its points. */
export function explained(
  { slug, rubric }: KataDefinition,
  groups: readonly ScenarioGroup[],
  only: readonly string[] | undefined,
  color: boolean,
): string {
  const { bold, dim } = createColors(color);
  const lines: string[] = [];
  for (const { title: group, scenarios } of groups) {
    for (const { id, title, contract, expected } of scenarios) {
      if (only !== undefined && !only.includes(id)) continue;
      const items = rubric.filter(
        (item) => item.derive === undefined && item.scenarios.includes(id),
      );
      const points = items
        .map(({ points, scenarios: all }) => {
          const others = all.filter((other) => other !== id);
          return `${points} points${others.length > 0 ? ` with ${others.join(", ")}` : ""}`;
        })
        .join("; ");
      lines.push(
        `${bold(`${id}  ${title}`)}  ${dim([group, points].filter(Boolean).join(", "))}`,
        `    contract  "${contract}"`,
        `    expected  ${expected}`,
        `    run it    npm test -w kata-${slug} -- --only ${id}`,
        "",
      );
    }
  }
  return lines.join("\n").concat("\n");
}
