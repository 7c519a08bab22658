export * from "./peterson.ts";
export * from "./dekker.ts";
export * from "./bakery.ts";
export * from "./spin-locks.ts";
export * from "./futexes.ts";
