/** Plain facts about Node that the kata rests on. Your own code is never loaded here: scenarios run it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";

/** Starts `code` in a child that has a channel for structured data. */
function start(code: string): ChildProcess {
  return spawn(process.execPath, ["-e", code], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    serialization: "advanced",
  });
}

test("a Map and a BigInt cross the channel, a function does not", async () => {
  const child = start("process.once('message', (value) => process.send(value))");
  child.send(new Map([["a", 2n ** 64n]]));
  expect(await once(child, "message")).toEqual([new Map([["a", 2n ** 64n]]), undefined]);
  expect(() => child.send({ f: () => 1 })).toThrow(/could not be cloned/);
  await once(child, "exit");
});

test("a child hears that its channel is closed", async () => {
  const child = start("process.once('disconnect', () => process.exit(5))");
  child.disconnect();
  expect(await once(child, "exit")).toEqual([5, null]);
});

test("a child that waits for messages only ends when its channel is closed", async () => {
  const child = start("process.on('message', () => {})");
  child.disconnect();
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("SIGTERM can be caught, SIGKILL cannot", async () => {
  const child = start(
    "process.on('SIGTERM', () => process.send('heard')); process.on('message', () => {}); process.send('up')",
  );
  await once(child, "message");
  child.kill("SIGTERM");
  expect(await once(child, "message")).toEqual(["heard", undefined]);
  child.kill("SIGKILL");
  expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
});
