import { type ChildProcess, spawn } from "node:child_process";
import { describe, expect, test, vi } from "vitest";
import { grade, solution } from "./_bank.ts";

vi.setConfig({ testTimeout: 300_000 });

const only = ["B1", "T1", "T2b", "T5b"];

const once = async (path: string, hosts: number): Promise<string> =>
  JSON.stringify(await grade(solution(path), { only, hosts }));

/** Runs `use` beside processes that do nothing but compute. */
async function underLoad<R>(use: () => Promise<R>): Promise<R> {
  const loops: ChildProcess[] = [1, 2].map(() =>
    spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }),
  );
  try {
    return await use();
  } finally {
    for (const loop of loops) loop.kill("SIGKILL");
  }
}

describe("a result is the same, byte by byte,", () => {
  test.each([
    "src/index.ts",
    "mutants/plain-add.ts",
    "mutants/locks-from-to.ts",
    "mutants/lock-leaked-on-error.ts",
  ])("from one host and from two: %s", async (path) => {
    expect(await once(path, 2)).toBe(await once(path, 1));
  });

  test.each(["alternatives/cas-loop.ts", "mutants/load-then-store.ts"])(
    "from an idle machine and from a busy one: %s",
    async (path) => {
      expect(await underLoad(() => once(path, 2))).toBe(await once(path, 2));
    },
  );
});

test("the result of a scenario does not depend on which others are run", async () => {
  const text = solution("mutants/check-then-sub.ts");
  const [alone] = (await grade(text, { only: ["T2"] })).scenarios;
  const among = (await grade(text, { only: ["T1", "T2", "T3"] })).scenarios;
  expect(among.find(({ id }) => id === "T2")).toEqual(alone);
});
