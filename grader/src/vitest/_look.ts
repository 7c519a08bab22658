import type { RubricItem } from "../grade/kata.ts";
import type { KataResult, ScenarioResult } from "../grade/result.ts";
import { renderKata, renderScenario, type TerminalOptions } from "../report/index.ts";

/** What is known of a kata beside the result that is shown. */
export interface Look extends TerminalOptions {
  /** Slug of the kata. */
  readonly kata: string;
  readonly rubric: readonly RubricItem[];
  /** The longest id and title, so that all line up. */
  readonly titleWidth: number;
}

/** Text, and whether it is one of several lines that stand together. */
export interface Block {
  readonly text: string;
  readonly isShort: boolean;
}

/**
 * One scenario as soon as it is decided: a line when it passed, else its story. `isFirst` tells of
 * the first one that does not pass; only that one says where to begin.
 */
export function scenarioBlock(result: ScenarioResult, look: Look, isFirst: boolean): Block {
  const { rubric, titleWidth, width } = look;
  const text = renderScenario(result, {
    ...look,
    points: pointsOf(result, rubric),
    titleWidth: Math.min(titleWidth, Math.max(30, width - 60)),
    withoutHint: !isFirst,
  });
  const isUnfinished = result.bugClass === "unfinished" && !isFirst;
  if (isUnfinished)
    return { text: `${text.split(/\n +to write /)[0]!.trimEnd()}\n`, isShort: true };
  return { text, isShort: result.verdict === "pass" };
}

/** What a scenario alone earns; of several that earn together, the name of their item. */
function pointsOf({ id, verdict }: ScenarioResult, rubric: readonly RubricItem[]): string {
  const items = rubric.filter((item) => item.derive === undefined && item.scenarios.includes(id));
  const own = items.find(({ scenarios }) => scenarios.length === 1);
  if (own !== undefined) return `${verdict === "pass" ? own.points : 0}/${own.points}`;
  return items[0] === undefined ? "" : `(${items[0].id})`;
}

/** What a kata earned, line by line of its rubric. */
export function pointsBlock(result: KataResult, look: TerminalOptions): Block {
  return { text: renderKata({ ...result, scenarios: [] }, look), isShort: false };
}
