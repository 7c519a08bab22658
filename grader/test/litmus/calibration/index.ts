export * from "./ladder.ts";
export * from "./pct.ts";
