import { createInterface } from "node:readline";
import { createColors } from "picocolors";
import { GraderError } from "../grade/error.ts";
import { anyOf, oneLine } from "../grade/text.ts";
import { chooseKata } from "./_choose.ts";
import { wantsColor, type Io } from "./io.ts";
import { readPredictions, type Prediction } from "../grade/predictions.ts";
import type { PredictFlags } from "./program.ts";
import { EXIT } from "./run.ts";

/**
 * `katas predict`: asks what a schedule will do and says why. On a terminal it waits for an answer;
 * elsewhere answers come by `--answer`, and a question without one is only printed. Returns the
 * exit code.
 */
export async function predict(flags: PredictFlags, io: Io): Promise<number> {
  const { kata } = chooseKata(io, flags.kata);
  const predictions = readPredictions(kata);
  const given = readAnswers(flags.answer ?? [], predictions);
  const isTerminal = io.stdin.isTTY === true && io.stdout.isTTY === true;
  const person = given.size === 0 && isTerminal ? personAt(io) : undefined;
  try {
    const asked = given.size === 0 ? predictions : predictions.filter(({ id }) => given.has(id));
    let right = 0;
    for (const [i, prediction] of asked.entries()) {
      io.stdout.write(`${i + 1}/${asked.length}  ${prediction.id}\n\n`);
      io.stdout.write(`${prediction.question}\n\n${listOf(prediction)}\n`);
      const answer = given.get(prediction.id) ?? (await person?.ask(prediction));
      if (answer === prediction.answer) right++;
      io.stdout.write(`${reactionTo(answer, prediction, io)}\n\n`);
      if (answer === undefined && person !== undefined) break;
    }
    if (given.size > 0 || person !== undefined) {
      io.stdout.write(`${right} of ${asked.length} right\n`);
    }
    return right === asked.length ? EXIT.passed : EXIT.failed;
  } finally {
    person?.leave();
  }
}

function reactionTo(answer: string | undefined, prediction: Prediction, io: Io): string {
  const { dim, green, red } = createColors(wantsColor(io, io.stdout));
  if (answer === undefined) return dim(`  answer with --answer ${prediction.id}=a, and so on`);
  const isRight = answer === prediction.answer;
  const verdict = isRight
    ? green(`Right: ${answer}.`)
    : red(`Not ${answer}: it is ${prediction.answer}.`);
  return wrapped(`${verdict} ${prediction.why}`, Math.min(io.stdout.columns ?? 100, 100));
}

/** `text` with line breaks between its words where a line would be longer than `width`. */
function wrapped(text: string, width: number): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.join("\n");
}

function listOf({ choices }: Prediction): string {
  return choices.map((choice, i) => `  ${letter(i)}  ${choice}\n`).join("");
}

function letter(i: number): string {
  return String.fromCodePoint("a".codePointAt(0)! + i);
}

/** The choice that `text` means: one of the choices, or the letter before it. */
function choiceOf({ choices }: Prediction, text: string): string | undefined {
  const wanted = text.trim();
  const exact = choices.find((choice) => choice === wanted);
  return exact ?? choices.find((_, i) => letter(i) === wanted.toLowerCase());
}

/** Whoever is at the terminal. */
interface Person {
  /** An answer to `prediction`, asked for until it is one; `undefined` after Ctrl-D or Ctrl-C. */
  ask(prediction: Prediction): Promise<string | undefined>;
  leave(): void;
}

function personAt({ stdin, stdout, signal }: Io): Person {
  const terminal = createInterface({ input: stdin, terminal: false });
  const lines = terminal[Symbol.asyncIterator]();
  const leave = (): void => terminal.close();
  signal.addEventListener("abort", leave);
  return {
    async ask(prediction) {
      for (;;) {
        stdout.write("? ");
        const line = await lines.next();
        if (line.done === true) return undefined;
        const answer = choiceOf(prediction, line.value);
        if (answer !== undefined) return answer;
        stdout.write(`  one of ${anyOf(prediction.choices.map((_, i) => letter(i)))}, please\n`);
      }
    },
    leave() {
      signal.removeEventListener("abort", leave);
      leave();
    },
  };
}

function readAnswers(
  answers: readonly string[],
  predictions: readonly Prediction[],
): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  for (const answer of answers) {
    const [, id = "", value = ""] = /^([^=]*)=(.*)$/.exec(answer) ?? [];
    const prediction = predictions.find((candidate) => candidate.id === id);
    if (prediction === undefined) {
      const example = `${predictions[0]!.id}=${predictions[0]!.choices[0]}`;
      throw new GraderError(
        "E_BAD_FLAG",
        `--answer ${oneLine(answer, 80)} names no question: write ID=VALUE, as ${example}; ` +
          `there is ${anyOf(predictions.map((one) => one.id))}`,
      );
    }
    const choice = choiceOf(prediction, value);
    if (choice === undefined) {
      throw new GraderError(
        "E_BAD_FLAG",
        `--answer ${oneLine(answer, 80)}: the choices are ${anyOf(prediction.choices)}`,
      );
    }
    given.set(id, choice);
  }
  return given;
}
