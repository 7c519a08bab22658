/** Plain facts about Node that the kata rests on. Your own code is never loaded here: scenarios run it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";

/** Starts `code` in a child that has a channel. */
function start(code: string, env: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn(process.execPath, ["-e", code], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    env: { ...process.env, ...env },
  });
}

test("exit has a code or a signal, and the other is null", async () => {
  expect(await once(start("process.exit(7)"), "exit")).toEqual([7, null]);
  const killed = start("process.on('message', () => {})");
  const end = once(killed, "exit");
  killed.kill("SIGKILL");
  expect(await end).toEqual([null, "SIGKILL"]);
});

test("disconnect comes after the last message", async () => {
  const events: string[] = [];
  const child = start(
    "for (let i = 0; i < 3; i++) process.send(i, i < 2 ? undefined : () => process.disconnect())",
  );
  child.on("message", (message: number) => events.push(`${message}`));
  await once(child, "disconnect");
  expect(events).toEqual(["0", "1", "2"]);
});

test("a child finds the environment that it was started with", async () => {
  const child = start("process.send(process.env.MY_VAR)", { MY_VAR: "my value" });
  process.env["MY_VAR"] = "too late";
  expect(await once(child, "message")).toEqual(["my value", undefined]);
  delete process.env["MY_VAR"];
});

test("process.send is there only in a child that has a channel", async () => {
  const child = spawn(process.execPath, ["-e", "process.exit(process.send ? 1 : 2)"]);
  expect(await once(child, "exit")).toEqual([2, null]);
  expect(await once(start("process.exit(process.send ? 1 : 2)"), "exit")).toEqual([1, null]);
});
