import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { createColors } from "picocolors";
import { GraderError } from "../grade/error.ts";
import { anyOf, oneLine } from "../grade/text.ts";
import { chooseKata } from "./_choose.ts";
import { wantsColor, type Io } from "./io.ts";
import { readPredictions, type Prediction } from "./predictions.ts";
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
  const isAsking = given.size === 0 && io.stdin.isTTY === true && io.stdout.isTTY === true;
  const { bold, dim, green, red } = createColors(wantsColor(io, io.stdout));

  let right = 0;
  const asked = given.size === 0 ? predictions : predictions.filter(({ id }) => given.has(id));
  for (const [i, prediction] of asked.entries()) {
    io.stdout.write(`${bold(`${i + 1}/${asked.length}  ${prediction.id}`)}\n\n`);
    io.stdout.write(`${prediction.question}\n\n${listOf(prediction)}\n`);
    const answer = given.get(prediction.id) ?? (isAsking ? await ask(prediction, io) : undefined);
    if (io.signal.aborted) return EXIT.interrupted;
    if (answer === undefined) {
      io.stdout.write(dim(`\n  answer with --answer ${prediction.id}=a, and so on\n\n`));
      continue;
    }
    const isRight = answer === prediction.answer;
    if (isRight) right++;
    const verdict = isRight
      ? green(`Right: ${answer}.`)
      : red(`Not ${answer}: it is ${prediction.answer}.`);
    io.stdout.write(`\n${verdict} ${prediction.why}\n\n`);
  }
  if (isAsking || given.size > 0) io.stdout.write(`${right} of ${asked.length} right\n`);
  return right === asked.length ? EXIT.passed : EXIT.failed;
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

async function ask(prediction: Prediction, io: Io): Promise<string | undefined> {
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      io.stdout.write(chunk.toString());
      done();
    },
  });
  const terminal = createInterface({ input: io.stdin, output, terminal: false });
  try {
    for (;;) {
      const line = await terminal.question("? ", { signal: io.signal });
      const answer = choiceOf(prediction, line);
      if (answer !== undefined) return answer;
      io.stdout.write(`  one of ${anyOf(prediction.choices.map((_, i) => letter(i)))}, please\n`);
    }
  } catch {
    return undefined; // Ctrl-C or Ctrl-D
  } finally {
    terminal.close();
  }
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
