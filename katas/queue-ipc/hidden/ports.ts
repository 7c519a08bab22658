/** Ports that others use as well, and what stays on them. */
import { defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";
import { ACTOR, answers, ended, gotten, script, sorted } from "./_shared.ts";

type Kata = typeof kata;

/** A port without a process: it knows how many listeners it has. */
function createPort() {
  const lists = new Map<string, ((message?: unknown) => void)[]>();
  return {
    connected: true,
    send: () => true,
    on(event: string, listener: (message?: unknown) => void) {
      lists.set(event, [...(lists.get(event) ?? []), listener]);
    },
    off(event: string, listener: (message?: unknown) => void) {
      lists.set(
        event,
        (lists.get(event) ?? []).filter((other) => other !== listener),
      );
    },
    tell(event: string) {
      for (const listener of lists.get(event) ?? []) listener();
    },
    count: () => [...lists.values()].reduce((sum, list) => sum + list.length, 0),
  };
}

export const ports = defineScenarios<Kata>(({ processes }) => [
  processes({
    id: "P5",
    title: "two queues and other traffic on one port",
    group: "R",
    contract: "messages that are not the queue's are left alone, and two queues do not mix",
    expected: "the child has heard the greeting; each queue has its own item",
    body: async ({ createQueue }, { start }) => {
      const first = createQueue<string>();
      const second = createQueue<string>();
      const child = start("given/two-queues.ts", { serialization: "advanced" });
      const heard: string[] = [];
      child.on("message", (message: unknown) => {
        if (typeof message === "string") heard.push(message);
      });
      first.attach(child);
      second.attach(child);
      child.send("hello");
      child.send(null);
      child.send({ id: 1, value: "a lie", code: "EMPTY" });
      await ended(child);
      const sizes = [await first.qsize(), await second.qsize()];
      if (sizes.join(" ") !== "1 1") return `${heard.join()}; sizes ${sizes.join(" ")}`;
      return [...heard, await first.get(), await second.get()].join(" ");
    },
    check: ({ result }) => result === "heard hello one two",
    got: ({ result }) => String(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "P6",
    title: "a hundred ports come and go",
    group: "C",
    contract: "a port that has disconnected is let go of",
    expected: "no listener is left on any of them",
    body: async ({ createQueue }, { rest: comeToRest }) => {
      const queue = createQueue<number>();
      const ports = Array.from({ length: 100 }, createPort);
      for (const port of ports) {
        queue.attach(port);
        port.tell("disconnect");
      }
      await comeToRest();
      return ports.reduce((sum, port) => sum + port.count(), 0);
    },
    check: ({ result }) => result === 0,
    got: ({ result }) => `${String(result)} listeners are left`,
    explore: { seeds: 0 },
  }),

  processes({
    id: "P6b",
    title: "an hour passes while a reader waits",
    group: "C",
    contract: "who waits is told; nobody asks again and again",
    expected: "nothing happens for an hour, then the reader gets x and ends by itself",
    body: async ({ createQueue }, { start, rest: comeToRest, sleep }) => {
      const queue = createQueue<string>();
      const reader = start(ACTOR, script(["get"]));
      queue.attach(reader);
      await comeToRest();
      await sleep(3_600_000);
      await queue.put("x");
      await ended(reader);
      return queue.qsize();
    },
    check: (outcome) => sorted(gotten(outcome)) === "x",
    got: answers,
    explore: { seeds: 0, events: 200 },
  }),
]);
