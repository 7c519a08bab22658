import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { FRAME_LIMIT } from "../../../src/runtime/frames.ts";
import { type Host, startProcess } from "../../../src/runtime/launch.ts";
import { hostsOf, isLinux } from "./_processes.ts";

vi.setConfig({ testTimeout: 120_000 });

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fake-host-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

let scripts = 0;

/** A host that does what the script says, which may `say(text)` on the evidence pipe. */
function fakeHost(script: string, signal?: AbortSignal): Host {
  const file = join(folder, `host-${++scripts}.mjs`);
  const say = `
    import { writeSync } from "node:fs";
    const say = (text) => {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length;) {
        try { at += writeSync(3, bytes, at); } catch (error) { if (error.code !== "EAGAIN") process.exit(9); }
      }
    };
    const wait = setInterval(() => {}, 1e6);`;
  writeFileSync(file, `${say}\n${script}`);
  const host = startProcess({ file, start: {}, signal });
  onTestFinished(() => host.kill());
  return host;
}

const ended = async (host: Host): Promise<unknown> => {
  for (;;) await host.receive();
};

test("frames arrive in the order in which they were sent, however the pipe cuts them", async () => {
  const host = fakeHost(`
    say('{"kind":"progress","scenario":"T1","schedules":1}\\n{"kind":"prog');
    setTimeout(() => say('ress","scenario":"T1","schedules":2}\\n'), 50);`);
  expect(await host.receive()).toMatchObject({ schedules: 1 });
  expect(await host.receive()).toMatchObject({ schedules: 2 });
});

describe("what is no evidence ends the host", () => {
  test.each([
    ["text", `say("hello\\n")`],
    ["JSON that is no object", `say("42\\n")`],
    ["null", `say("null\\n")`],
    ["a frame of no kind", `say("{}\\n")`],
    ["a frame of an unknown kind", `say('{"kind":"pass"}\\n')`],
    ["a kind that only objects have", `say('{"kind":"constructor"}\\n')`],
    [
      "an outcome without operations",
      `say('{"kind":"outcome","scenario":"T1","outcome":{"schedule":1}}\\n')`,
    ],
    [
      "an exploration without numbers",
      `say('{"kind":"explored","scenario":"T1","explored":{"complete":true}}\\n')`,
    ],
    [
      "a trace with a step of nothing",
      `say('{"kind":"trace","scenario":"T1","trace":{"steps":[{}]}}\\n')`,
    ],
  ])("%s", async (_what, script) => {
    await expect(ended(fakeHost(script))).rejects.toMatchObject({ reason: "malformed" });
  });

  test("a line without end", async () => {
    const host = fakeHost(`say("x".repeat(${FRAME_LIMIT + 100_000}))`);
    await expect(ended(host)).rejects.toMatchObject({
      reason: "malformed",
      message: expect.stringContaining("a frame is too long") as string,
    });
  });
});

describe("a host that ends", () => {
  test("by itself is told with its code and what it complained about", async () => {
    const host = fakeHost(`console.error("no more"); process.exit(3);`);
    await expect(ended(host)).rejects.toMatchObject({
      reason: "exit",
      message: expect.stringMatching(/code 3: no more/) as string,
    });
  });

  test("by a signal is told with its name", async () => {
    const host = fakeHost(`process.kill(process.pid, "SIGTERM");`);
    await expect(ended(host)).rejects.toMatchObject({
      reason: "signal",
      message: "the host was ended by SIGTERM",
    });
  });

  test("has said before what it said before", async () => {
    const host = fakeHost(
      `say('{"kind":"progress","scenario":"T1","schedules":1}\\n'); process.exit(0);`,
    );
    expect(await host.receive()).toMatchObject({ kind: "progress" });
    await expect(host.receive()).rejects.toMatchObject({ reason: "exit" });
    expect(host.usable()).toBe(false);
  });

  test("takes no command amiss", async () => {
    const host = fakeHost(`process.exit(0);`);
    await expect(host.receive()).rejects.toMatchObject({ reason: "exit" });
    expect(() => host.send({ kind: "stop" })).not.toThrow();
  });
});

test("a host that does not start is told", async () => {
  const host = startProcess({ file: join(folder, "missing.mjs"), start: {} });
  await expect(ended(host)).rejects.toMatchObject({ reason: "exit" });
});

test.each([
  ["is stuck", '{"kind":"stuck","scenario":"T1","thread":0,"reason":"no-progress","detail":""}'],
  ["broke down", '{"kind":"broken","message":"why"}'],
  [
    "could not load the submission",
    '{"kind":"ready","error":{"code":"SyntaxError","message":"","frames":[]}}',
  ],
])("a host that says that it %s takes no other scenario", async (_what, frame) => {
  const host = fakeHost(`say(${JSON.stringify(`${frame}\n`)});`);
  await host.receive();
  expect(host.usable()).toBe(false);
});

test("an aborted grading ends its host", async () => {
  const abort = new AbortController();
  const host = fakeHost(`say('{"kind":"ready"}\\n')`, abort.signal);
  await host.receive();
  abort.abort();
  await expect(host.receive()).rejects.toMatchObject({ reason: "aborted" });
});

test("a grading that was aborted before ends its host at once", async () => {
  const host = fakeHost("", AbortSignal.abort());
  await expect(host.receive()).rejects.toMatchObject({ reason: "aborted" });
});

test.runIf(isLinux)("what a host prints is lost, and what it complains about is cut", async () => {
  const host = fakeHost(`
    const flood = "x".repeat(1 << 16);
    for (let i = 0; i < 50; i++) { process.stdout.write(flood); process.stderr.write(flood); }
    setTimeout(() => process.exit(1), 100);`);
  const { message } = (await ended(host).catch((error: unknown) => error)) as Error;
  expect(message.length).toBeLessThan(5_000);
});

test.runIf(isLinux)(
  "a host that is killed is gone when that is told, with all its children",
  async () => {
    const host = fakeHost(`
    import { spawn } from "node:child_process";
    spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)", "host-0.mjs"], { stdio: "ignore" });
    say('{"kind":"ready"}\\n');`);
    await host.receive();
    expect(hostsOf(process.pid).length).toBeGreaterThan(0);
    await host.kill();
    expect(hostsOf(process.pid)).toEqual([]);
  },
);

test.runIf(isLinux)("a host that uses too much memory is ended", async () => {
  const host = fakeHost(`
    const kept = [];
    setInterval(() => kept.push(Buffer.alloc(1 << 26, 1)), 5);`);
  await expect(ended(host)).rejects.toMatchObject({
    reason: "memory",
    message: "the host used more than 1024 MiB",
  });
});
