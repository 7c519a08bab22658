// `npm run registry`: a registry on this machine, to try a release. It forgets everything when it ends.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";

import { chalk, echo, path } from "zx";

import { startRegistry } from "./registry/start.ts";

const folder = mkdtempSync(path.join(tmpdir(), "registry-"));
const registry = await startRegistry(folder);
echo(`${registry.url} takes packages until you press Ctrl+C here. In another terminal, first:\n`);
echo(chalk.dim(`  export npm_config_userconfig=${registry.userconfig}`));

process.once("SIGINT", () => registry.stop());
process.stdin.once("end", () => registry.stop()).resume();
await registry.ended;
rmSync(folder, { recursive: true });
process.exit(0);
