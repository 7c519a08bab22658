/** A seeded generator of choices (xorshift32): `draw(n)` gives one of 0 … n-1. */
export function drawsOf(seed: number): (options: number) => number {
  let x = Math.imul(seed, 0x9e3779b1) | 1;
  const step = (): number => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
  for (let i = 0; i < 8; i++) step();
  return (options) => Math.floor((step() / 2 ** 32) * options);
}
