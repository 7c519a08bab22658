/**
 * Replay ids of scenarios of tasks: `A1:…` = the scenario, then the number of tasks and the reorderings in base64url,
 * each by its choice and the label of what comes there, so that it still means the same when other labels are added.
 */
import { textHash } from "../schedule/index.ts";
import { createByteReader, createByteWriter } from "./replay-text.ts";

/** A reordering of a replay id: at this choice, what has a label with this hash. */
export interface LabelledChoice {
  readonly choice: number;
  readonly label: number;
}

/** A replay id, read. */
export interface OrderText {
  readonly scenario: string;
  readonly size: number;
  readonly choices: readonly LabelledChoice[];
}

/** Writes a replay id; `labels` are those of what comes at each choice of `plan`. */
export function formatOrder(
  { scenario, size }: Pick<OrderText, "scenario" | "size">,
  plan: readonly { readonly choice: number }[],
  labels: readonly string[],
): string {
  const writer = createByteWriter();
  writer.number(size);
  for (const [i, { choice }] of plan.entries()) {
    writer.number(choice);
    writer.word(textHash(labels[i] ?? ""));
  }
  return writer.text(scenario);
}

/** Reads a replay id; throws `E_BAD_REPLAY` when it is none. */
export function parseOrder(text: string): OrderText {
  const reader = createByteReader(text, "a replay id of async tasks", "A1:AwGxNg");
  const size = reader.number();
  const choices: LabelledChoice[] = [];
  while (!reader.isAtEnd()) choices.push({ choice: reader.number(), label: reader.word() });
  return { scenario: reader.scenario, size, choices };
}
