import { createColors } from "picocolors";
import { checkKata, type CheckItem } from "../grade/check/index.ts";
import { oneLine } from "../grade/text.ts";
import { chooseKatas } from "./_choose.ts";
import { progressOn } from "./_progress.ts";
import { requireResultFile, writeWhole } from "./_write-file.ts";
import { wantsColor, type Io } from "./io.ts";
import type { CheckFlags } from "./program.ts";
import { EXIT } from "./run.ts";

/** `katas check`: proves that the katas' tests bite, one line for each item. Returns the exit code. */
export async function check(flags: CheckFlags, io: Io): Promise<number> {
  const { courseRoot, katas } = chooseKatas(io, flags.kata);
  const file = requireResultFile(flags.json, io);
  const progress = progressOn(io.stderr);
  const print = flags.json === "-" ? () => {} : (text: string) => io.stdout.write(text);
  const items: CheckItem[] = [];
  try {
    for (const kata of katas) {
      const options = {
        courseRoot,
        gradeKata: io.gradeKata,
        ...(io.prepareHosts !== undefined && { prepareHosts: io.prepareHosts }),
        ...(flags.jobs !== undefined && { hosts: flags.jobs }),
        whole: flags.whole === true,
        onStart: (slug: string, kind: string, name: string) =>
          progress.show(`${slug}  ${kind}  ${name}`),
        signal: io.signal,
      };
      for await (const item of checkKata(kata, options)) {
        items.push(item);
        progress.clear();
        print(lineOf(item, io));
      }
    }
  } finally {
    progress.clear();
  }
  const failed = items.filter(({ problems }) => problems.length > 0).length;
  const passed = items.length - failed;
  const json = `${JSON.stringify({ schema: "concurrency-katas/check/v1", passed, failed, items }, null, 2)}\n`;
  if (file !== undefined) writeWhole(file, json);
  if (flags.json === "-") io.stdout.write(json);
  print(`katas check: ${passed} passed, ${failed} failed\n`);
  return failed === 0 ? EXIT.passed : EXIT.failed;
}

function lineOf({ kata, kind, name, seen, problems }: CheckItem, io: Io): string {
  const { green, red } = createColors(wantsColor(io, io.stdout));
  const what = `${kata}  ${kind.padEnd(11)}  ${(name === kind ? "" : name).padEnd(24)}`;
  if (problems.length === 0) return `${green("✓")} ${what}  ${seen}`.trimEnd().concat("\n");
  return `${red("✗")} ${what}  ${seen}: ${oneLine(problems.join("; "))}\n`;
}
