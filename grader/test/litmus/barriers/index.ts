export * from "./barriers.ts";
