/** What a host process is told: how it starts, on standard input, and commands, on file descriptor 4. */
import { createReadStream } from "node:fs";
import { endWithGrader } from "./end-with-grader.ts";
import type { HostCommand } from "./evidence.ts";
import { createLineReader, decodeFrame } from "./frames.ts";

/** Reads standard input to its end: the JSON that a host is started with. */
export async function readStart(): Promise<unknown> {
  let text = "";
  for await (const chunk of createReadStream("", { fd: 0, encoding: "utf8" }))
    text += String(chunk);
  return JSON.parse(text);
}

/** Takes commands from now on. When the grader is gone, so is the host. */
export function takeCommands(take: (command: HostCommand) => void): void {
  endWithGrader(
    createLineReader((line) => {
      take(decodeFrame(line) as HostCommand);
    }),
  );
}
