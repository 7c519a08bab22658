import { build } from "esbuild";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { HostFiles } from "../../../src/runtime/host-files.ts";

const REALM = fileURLToPath(new URL("realm.ts", import.meta.url));

/**
 * Our own hosts, weakened: their workers evaluate a submission beside the engine, in no compartment.
 * Nothing of the product can do this; it takes a worker that is bundled from other files.
 */
export async function unsealed(own: HostFiles): Promise<HostFiles> {
  const { outputFiles } = await build({
    entryPoints: [
      fileURLToPath(new URL("../../../src/runtime/threads/worker.ts", import.meta.url)),
    ],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node22",
    logLevel: "silent",
    plugins: [
      {
        name: "unsealed",
        setup: (plugin) =>
          plugin.onResolve({ filter: /sealed\/compartment\.ts$/ }, () => ({
            path: REALM,
          })),
      },
    ],
  });
  const folder = mkdtempSync(join(tmpdir(), "unsealed-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const worker = join(folder, "worker.mjs");
  writeFileSync(worker, outputFiles[0]?.text ?? "");
  return { ...own, worker };
}
