/** What the shared memory cannot do, by name. */

/** Says that the submission used something that has no place under the engine; does not return. */
export type Refuse = (what: string) => never;

/** How a member is called in a refusal: `Int32Array.prototype.fill`, `SharedArrayBuffer[Symbol.species]`. */
export function memberName(owner: string, key: PropertyKey): string {
  return typeof key === "symbol" ? `${owner}[${key.description ?? ""}]` : `${owner}.${String(key)}`;
}
