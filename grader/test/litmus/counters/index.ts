export * from "./counter.ts";
export * from "./bank.ts";
export * from "./stringbuffer.ts";
