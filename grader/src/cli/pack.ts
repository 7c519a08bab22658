import { GraderError } from "../grade/error.ts";
import { packDigest, packText } from "../grade/pack.ts";
import { oneLine } from "../grade/text.ts";
import { chooseKatas } from "./_choose.ts";
import { packKey, packOf } from "./_packs.ts";
import { requireResultFile, writeWhole } from "./_write-file.ts";
import type { Io } from "./io.ts";
import { graderVersion, type PackFlags } from "./program.ts";
import { EXIT } from "./run.ts";

/** `katas pack`: puts the hidden scenarios of katas into one file. Returns the exit code. */
export function pack(path: string, flags: PackFlags, io: Io): number {
  const { katas } = chooseKatas(io, flags.kata);
  const file = requireResultFile(path, io);
  if (file === undefined) {
    throw new GraderError("E_BAD_FLAG", "a pack is a file: give the name of one");
  }
  const key = flags.seal === true ? packKey(io) : undefined;
  if (flags.seal === true && key === undefined) {
    throw new GraderError(
      "E_BAD_PACK",
      "--seal needs KATAS_PACK_KEY in the environment: 64 hexadecimal digits, as openssl rand -hex 32 prints them",
    );
  }
  const made = packOf(katas, graderVersion());
  const slugs = Object.keys(made.katas);
  if (slugs.length === 0) {
    throw new GraderError(
      "E_BAD_PACK",
      `there are no hidden scenarios of ${katas.map(({ slug }) => slug).join(", ")} here: run this in the course`,
    );
  }
  writeWhole(file, packText(made, key));
  const state = key === undefined ? "readable" : "sealed";
  io.stdout.write(`${oneLine(path)}  ${slugs.join(", ")}  ${state}  sha256 ${packDigest(made)}\n`);
  return EXIT.passed;
}
