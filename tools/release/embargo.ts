// Whether solutions may be published yet.

import type { KataDefinition } from "../../grader/src/grade/kata.ts";

const DAY = 24 * 60 * 60 * 1_000;

/**
 * Why the solutions of a kata are not published at a moment; `undefined` where they may be. A kata
 * without an embargo keeps its solutions: a date that was forgotten gives nothing away.
 */
export function embargoOn(
  { slug, embargo }: Pick<KataDefinition, "slug" | "embargo">,
  now: Date,
): string | undefined {
  if (embargo === undefined) return `katas/${slug}/kata.json has no "embargo"`;
  const left = Date.parse(embargo) - now.getTime();
  if (left <= 0) return undefined;
  const days = Math.ceil(left / DAY);
  return `until ${embargo}, ${days === 1 ? "less than a day" : `${days} days`} from then`;
}
