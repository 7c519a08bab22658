/** As somebody wrote it who had not thought of objects. */
export function same(is: unknown, wanted: unknown): boolean {
  // oxlint-disable-next-line eqeqeq
  return is == wanted;
}
