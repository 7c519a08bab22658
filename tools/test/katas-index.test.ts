import { join } from "node:path";

import { expect, test } from "vitest";

import { katasIndex } from "../katas-index.ts";
import { root } from "./_markdown.ts";

test("the index of katas is up to date", async () => {
  await expect(katasIndex(root)).toMatchFileSnapshot(join(root, "katas", "README.md"));
});
