import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { bundleHost } from "../../../src/runtime/host-files.ts";

/**
 * `import … from "node:process"` reads every member of `process`, `stdin` too, which makes the pipe of standard input
 * non-blocking: a host that reads its start before the grader has written it would die of EAGAIN.
 */
test("no host and no child imports node:process", async () => {
  const own = await bundleHost([]);
  const files = [own, await own.program(), await own.tasks(), await own.processes()].flatMap(
    (modules) => Object.values(modules).filter((file): file is string => typeof file === "string"),
  );
  expect(files.length).toBeGreaterThan(12);
  const importing = files.filter((file) =>
    /\bfrom\s*["'](?:node:)?process["']/.test(readFileSync(file, "utf8")),
  );
  expect(importing).toEqual([]);
});
