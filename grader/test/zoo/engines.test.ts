import { beforeAll, describe, expect, test, vi } from "vitest";
import { openZoo, wordsOf, type ZooGrader } from "./_grade.ts";
import { engineCheats } from "./cheats/index.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describe.each(engineCheats)("%s: gets no point, and the reason:", (kata, cheats) => {
  let zoo: ZooGrader;
  beforeAll(async () => {
    zoo = await openZoo({ kata });
  });

  test.each(cheats.map((cheat) => [cheat.name, cheat] as const))("%s", async (_name, cheat) => {
    const result = await zoo.grade(cheat.text, ["B1"]);
    const words = wordsOf(result);
    expect(words).not.toMatch(/^pass/);
    expect(words).toContain(cheat.says);
    expect([result.earned, result.scenarios.length]).toEqual([0, 1]);
  });
});
