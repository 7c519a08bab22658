export * from "./philosophers.ts";
export * from "./locks.ts";
