/** The 16-bit hash of a text (FNV-1a, folded), never 0: by it, a replay id names a line or a label. */
export function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 16) ^ (hash & 0xffff) || 1;
}
