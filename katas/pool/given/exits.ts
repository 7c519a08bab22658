/** A module that ends every process that loads it. */
process.exit(3);

export function never(): void {}
