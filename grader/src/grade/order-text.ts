/**
 * Replay ids of scenarios of tasks: `A1:…` = the scenario, then the number of tasks and the reorderings in base64url,
 * each by its choice and the label of what comes there, so that it still means the same when other labels are added.
 */
import { textHash } from "../schedule/index.ts";
import { GraderError } from "./error.ts";

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
  const bytes: number[] = [];
  const number = (value: number): void => {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest & 0x7f) | 0x80);
    bytes.push(rest);
  };
  number(size);
  for (const [i, { choice }] of plan.entries()) {
    number(choice);
    const hash = textHash(labels[i] ?? "");
    bytes.push(hash & 0xff, hash >> 8);
  }
  return `${scenario}:${Buffer.from(bytes).toString("base64url")}`;
}

/** Reads a replay id; throws `E_BAD_REPLAY` when it is none. */
export function parseOrder(text: string): OrderText {
  const match = /^(?<scenario>[A-Za-z][A-Za-z0-9]{0,7}):(?<code>[A-Za-z0-9_-]+)$/.exec(text);
  const bytes = [...Buffer.from(match?.groups?.["code"] ?? "", "base64url")];
  const bad = (): never => {
    throw new GraderError(
      "E_BAD_REPLAY",
      `"${text.slice(0, 80)}" is not a replay id of async tasks. Copy it whole from a failure report; it looks like A1:AwGxNg.`,
    );
  };
  if (match === null || bytes.length === 0) return bad();
  let at = 0;
  const byte = (): number => bytes[at++] ?? bad();
  const number = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const next = byte();
      value += (next & 0x7f) * scale;
      if (next < 0x80) return value;
      if (scale > 2 ** 28) return bad();
    }
  };
  const size = number();
  const choices: LabelledChoice[] = [];
  while (at < bytes.length) {
    const choice = number();
    const low = byte();
    choices.push({ choice, label: low | (byte() << 8) });
  }
  return { scenario: match.groups?.["scenario"] ?? "", size, choices };
}
