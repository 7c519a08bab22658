export * from "./locks.ts";
