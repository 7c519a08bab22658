export * from "./wakeups.ts";
export * from "./conditions.ts";
