/** Whether `op` is one of the kit's `Mutex`, or of a lock that the scenario lends. */
export function isMutexStep({ op }: { readonly op: string }): boolean {
  return op === "lock" || op === "unlock" || op === "tryLock";
}
