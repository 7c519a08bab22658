import { readdirSync, readFileSync, watch } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { counter, courseOf } from "../grade/_course.ts";
import { isolation, runKatas, startKatas } from "./_bin.ts";
import { resultsIn } from "./_class.ts";

const RIGHT = counter("Atomics.add(this.#cell, 0, 1)");
const WRONG = counter("Atomics.store(this.#cell, 0, Atomics.load(this.#cell, 0) + 1)");

test("the real command goes on after a kill, and its reports are those of a run without one", async () => {
  const root = courseOf({
    "class/ada/tiny/src/index.ts": RIGHT,
    "class/bo/tiny/src/index.ts": WRONG,
    "class/cy/tiny/src/index.ts": `// cy\n${RIGHT}`,
    "class/di/README.md": "",
    "class/ed/tiny/src/index.ts": "export const nothing = [",
    killed: null,
  });
  const grade = (out: string): readonly string[] => [
    "class",
    "class",
    "-o",
    out,
    "-j",
    "1",
    ...isolation,
  ];

  const { child, ended } = startKatas(grade("killed"), root);
  await Promise.race([recordsIn(join(root, "killed"), 2), ended]);
  child.kill("SIGKILL");
  await expect(ended).rejects.toThrow("SIGKILL");
  expect(readdirSync(join(root, "killed"))).not.toContain("results.json");

  const resumed = await runKatas(grade("killed"), root);
  expect(resumed).toMatchObject({ code: 0, stderr: "" });
  const whole = await runKatas(grade("whole"), root);
  expect(whole).toEqual(resumed);
  for (const { name, parentPath } of filesIn(join(root, "whole"))) {
    if (name === "journal") continue;
    const path = join(parentPath, name);
    const other = readFileSync(path.replace(join(root, "whole"), join(root, "killed")));
    expect([name, readFileSync(path).equals(other)]).toEqual([name, true]);
  }
  const keys = readFileSync(join(root, "killed/journal"), "utf8").match(/"key":"[^"]+"/g) ?? [];
  expect(keys).toHaveLength(4);
  expect(new Set(keys).size).toBe(4);

  expect(
    resultsIn(root, "whole").students.map(({ student, earned, katas: [cell] }) => [
      student,
      earned,
      cell!.result.scenarios.find(({ id }) => id === "T1")?.bugClass ?? cell!.state,
    ]),
  ).toEqual([
    ["ada", 100, "graded"],
    ["bo", 40, "lost-update"],
    ["cy", 100, "graded"],
    ["di", 0, "missing"],
    ["ed", 0, "graded"],
  ]);
}, 180_000);

/** Resolves when the journal in a folder has so many gradings. */
async function recordsIn(folder: string, count: number): Promise<void> {
  const watcher = watch(folder);
  const records = (): number => {
    try {
      return readFileSync(join(folder, "journal"), "utf8").split("\n").length - 2;
    } catch {
      return 0;
    }
  };
  while (records() < count) await once(watcher, "change");
  watcher.close();
}

function filesIn(folder: string): { name: string; parentPath: string }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
}
