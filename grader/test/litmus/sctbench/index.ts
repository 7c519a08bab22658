export * from "./orders.ts";
export * from "./containers.ts";
