export * from "./queues.ts";
export * from "./stacks.ts";
