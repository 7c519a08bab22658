// `npm run starter -- --out DIR [--kata NAME …]`: the repository that students start from.

import { argv, chalk, echo, path } from "zx";

import { makeStarter } from "./starter/make.ts";

const USAGE = "npm run starter -- --out DIR [--kata NAME] [--kata NAME] …";

/** The values of a flag that may be repeated. */
function values(flag: unknown): readonly string[] {
  return [flag].flat().filter((value) => typeof value === "string" && value !== "") as string[];
}

const [out, ...others] = values(argv["out"]);
const katas = values(argv["kata"]);
if (out === undefined || others.length > 0) {
  echo(`starter: --out is needed once: ${USAGE}`);
  process.exitCode = 2;
} else {
  const root = path.join(import.meta.dirname, "..");
  try {
    await makeStarter({ root, out, ...(katas.length > 0 && { katas }) });
    echo(`${chalk.bold(out)} is a starter. Make a repository of it:\n`);
    echo(chalk.dim(`  cd ${out} && git init && git add . && git commit -m "The katas"`));
  } catch (error) {
    echo(`starter: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
