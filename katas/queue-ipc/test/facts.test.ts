/** Plain facts about Node that the kata rests on. Your own code is never loaded here: scenarios run it. */
import { type ChildProcess, type SerializationType, spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";

/** Starts `code` in a child that has a channel. */
function start(code: string, serialization: SerializationType = "advanced"): ChildProcess {
  const stdio = ["ignore", "ignore", "ignore", "ipc"] as const;
  return spawn(process.execPath, ["-e", code], { stdio: [...stdio], serialization });
}

const ECHO = "process.once('message', (m) => process.send(m));";

test("a child that listens no longer ends by itself", async () => {
  const child = start(ECHO);
  child.send("the only one");
  expect(await once(child, "message")).toEqual(["the only one", undefined]);
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("a Map, undefined and a Date cross a channel as they are, if it is advanced", async () => {
  const child = start(ECHO);
  const items = [new Map([["k", 1n]]), undefined, new Date(0)];
  child.send(items);
  expect((await once(child, "message"))[0]).toEqual(items);
});

test("as JSON, a Map is empty and undefined is null", async () => {
  const child = start(ECHO, "json");
  child.send([new Map([["k", 1]]), undefined]);
  expect((await once(child, "message"))[0]).toEqual([{}, null]);
});

test("an Error loses its code on the way", async () => {
  const child = start(ECHO);
  child.send(Object.assign(new Error("no room"), { code: "FULL" }));
  const [error] = (await once(child, "message")) as readonly Error[];
  expect([error?.message, Object.hasOwn(error ?? {}, "code")]).toEqual(["no room", false]);
});

test("messages of one channel keep their order, and disconnect comes last", async () => {
  const child = start("for (let i = 0; i < 3; i++) process.send(i);");
  const events: string[] = [];
  child.on("message", (message: number) => events.push(`${message}`));
  await once(child, "disconnect");
  expect(events).toEqual(["0", "1", "2"]);
});
