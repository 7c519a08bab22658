import { beforeAll, describe, expect, test, vi } from "vitest";
import type { Cheat } from "./_cheat.ts";
import { openZoo, wordsOf, type ZooGrader } from "./_grade.ts";
import { cheats } from "./cheats/index.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const here = (cheat: Cheat): boolean => cheat.linux !== true || process.platform === "linux";
const title = ({ number, name }: Cheat): string => `${number} ${name}`;
const all = cheats.filter(here).map((cheat) => [title(cheat), cheat] as const);

describe("gets no point, and the reason:", () => {
  let zoo: ZooGrader;
  beforeAll(async () => {
    zoo = await openZoo();
  });

  test.each(all)("%s", async (_title, { text, only, verdict, says }) => {
    const result = await zoo.grade(text, only);
    expect(result.scenarios.map((scenario) => scenario.verdict)).toEqual([verdict]);
    expect(wordsOf(result)).toContain(says);
    expect(result.earned).toBe(0);
  });
});
