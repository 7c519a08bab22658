import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { folderOf } from "../_course.ts";

const CHILD = fileURLToPath(new URL("_child.ts", import.meta.url));
const KILLS = 100;

test("100 kills lose nothing that was acknowledged, and nothing is graded twice", async () => {
  const uninterrupted = (await run(journal(), Infinity)).results;
  expect(uninterrupted).toHaveLength(20);

  const random = randomFrom(7);
  let kills = 0;
  let acknowledgedBefore = 0;
  for (let path = journal(), done = new Set<string>(); kills < KILLS;) {
    const { killed, started, ended, results } = await run(path, 1 + Math.floor(random() * 9));
    for (const key of started) expect(done).not.toContain(key);
    for (const key of ended) done.add(key);
    if (killed) {
      kills++;
      acknowledgedBefore += done.size;
      continue;
    }
    expect(results).toEqual(uninterrupted);
    path = journal();
    done = new Set();
  }
  expect(kills).toBe(KILLS);
  expect(acknowledgedBefore).toBeGreaterThan(KILLS);
}, 300_000);

interface Ran {
  readonly killed: boolean;
  readonly started: readonly string[];
  readonly ended: readonly string[];
  readonly results: readonly string[];
}

/** Runs the class and kills it as soon as it has said `lines` lines; it goes on until that arrives. */
async function run(path: string, lines: number): Promise<Ran> {
  const child = spawn(
    process.execPath,
    [
      "--conditions=@concurrency-katas/source",
      "--disable-warning=ExperimentalWarning",
      CHILD,
      path,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (more: string) => {
    text += more;
    if (text.split("\n").length > lines) child.kill("SIGKILL");
  });
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  expect(code ?? signal).toBe(signal === null ? 0 : "SIGKILL");
  const all = text.split("\n").slice(0, -1);
  const after = (word: string): string[] =>
    all.filter((line) => line.startsWith(word)).map((line) => line.slice(word.length));
  return {
    killed: signal !== null,
    started: after("start "),
    ended: after("end "),
    results: all.filter((line) => line.startsWith("{")),
  };
}

function journal(): string {
  return join(folderOf({}), "journal");
}

/** Numbers from 0 to 1, the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
