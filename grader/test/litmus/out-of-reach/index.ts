export * from "./after-you.ts";
export * from "./safestack.ts";
