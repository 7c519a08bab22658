import { createReadStream } from "node:fs";

/**
 * Ends this process when the grader's end of the command pipe closes, whatever its threads are in the middle of.
 * `take` gets what comes through it until then.
 */
export function endWithGrader(take: (text: string) => void = () => undefined): void {
  createReadStream("", { fd: 4, encoding: "utf8" })
    .on("data", (chunk) => {
      take(String(chunk));
    })
    .on("close", endNow)
    .on("error", endNow);
}

/** Ends this process at once. */
export function endNow(): void {
  process.kill(process.pid, "SIGKILL");
}
