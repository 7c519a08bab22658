import { describe, expect, test, vi } from "vitest";
import { account, type Cheat } from "./_cheat.ts";
import { cheats } from "./cheats/index.ts";
import { type Believed, isFooled } from "./naive/naive.ts";

vi.setConfig({ testTimeout: 60_000 });

const wins = cheats
  .filter(({ fools, linux }) => fools !== undefined && (!linux || process.platform === "linux"))
  .map((cheat) => [`${cheat.number} ${cheat.name}`, cheat.fools!, cheat] as const);

const tree = ({ text, files }: Pick<Cheat, "text" | "files">) => ({
  "src/index.ts": text,
  ...files,
});

describe("a naive grader is fooled:", () => {
  test.each(wins)("%s (it believes: %s)", async (_title, fools, cheat) => {
    expect(await isFooled(tree(cheat), fools, cheat.patience)).toBe(true);
  });
});

describe("a naive grader is no fool without a cheat: it believes", () => {
  const beliefs = [...new Set(wins.map(([, fools]) => fools))];
  const nothing = account({});
  const right = account({
    deposit: "Atomics.add(this.cells, 0, amount);",
    balance: "return Atomics.load(this.cells, 0);",
  });

  test.each(beliefs)("%s", async (believes: Believed) => {
    const wrong = believes === "instrument" ? right.replace("add(", "store(") : nothing;
    expect(await isFooled({ "src/index.ts": wrong }, believes)).toBe(false);
    // Under the permission model the driver cannot write its result.
    if (believes !== "permission")
      expect(await isFooled({ "src/index.ts": right }, believes)).toBe(true);
  });

  test("its clock", async () => {
    const slow = account({
      deposit:
        "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300); Atomics.add(this.cells, 0, amount);",
      balance: "return Atomics.load(this.cells, 0);",
    });
    expect(await isFooled({ "src/index.ts": slow }, "code", 1_000)).toBe(false);
    expect(await isFooled({ "src/index.ts": slow }, "code")).toBe(true);
  });
});
