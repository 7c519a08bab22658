/** Ends this process and all that it has started and that has not left its group. */
export function endGroup(): never {
  // The host leads a group of its own, where the system has groups.
  if (process.platform !== "win32") process.kill(0, "SIGKILL");
  process.kill(process.pid, "SIGKILL");
  throw new Error("E_BUG: the process did not end");
}
