export { treiberAba, treiberPush } from "./stacks.ts";
export * from "./queues.ts";
