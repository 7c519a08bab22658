/** They reach into the harness that runs them: its messages, memory, pipes, modules and prototypes. */
import { account, type Cheat, NODE, NO_PROCESS } from "../_cheat.ts";

const RACY = "Atomics.store(this.cells, 0, Atomics.load(this.cells, 0) + amount);";
const READ = "return Atomics.load(this.cells, 0);";

export const forgeries: readonly Cheat[] = [
  {
    number: 7,
    name: "a worker's message, forged",
    text: account({
      deposit: `const { process } = globalThis as any; process.getBuiltinModule("node:worker_threads").parentPort.postMessage({ balance: 15 }); process.exit(0);`,
    }),
    ...NO_PROCESS,
    fools: "messages",
  },
  {
    number: 7,
    name: "parentPort, imported",
    text: account({
      top: `import { parentPort } from "node:worker_threads"; parentPort?.postMessage({ balance: 15 });`,
    }),
    verdict: "crash",
    says: 'No matching export in "provided:node:worker_threads" for import "parentPort"',
    harm: "the balance is told twice",
  },
  {
    number: 8,
    name: "MessagePort.prototype.postMessage, replaced",
    text: account({
      top: `const { prototype } = (globalThis as any).MessagePort; const { postMessage } = prototype; prototype.postMessage = function (message: any, ...rest: any[]) { return postMessage.call(this, message?.balance === undefined ? message : { balance: 15 }, ...rest); };`,
    }),
    verdict: "crash",
    says: "TypeError: Cannot destructure property 'prototype'",
    fools: "messages",
  },
  {
    number: 9,
    name: "Atomics.add, replaced by one that counts what it likes",
    text: account({
      top: `const { add } = Atomics; Atomics.add = ((cells: any, at: number) => add(cells, at, 15 - Atomics.load(cells, at))) as any;`,
    }),
    verdict: "crash",
    says: "TypeError: Cannot assign to read only property 'add' of object",
    fools: "counters",
  },
  {
    number: 10,
    name: "an Atomics of another realm, which nobody watches",
    text: account({
      top: `${NODE} const clean = node("vm").runInNewContext("Atomics");`,
      deposit: RACY.replaceAll("Atomics.", "clean."),
      balance: READ,
    }),
    ...NO_PROCESS,
    fools: "instrument",
  },
  {
    number: 11,
    name: "atomics of WebAssembly on shared memory",
    text: account({
      // (memory (import "m" "m") 1 1 shared), (func (export "set") (i32.atomic.store (local.get 0) (local.get 1)))
      top: `const code = new Uint8Array([0,97,115,109,1,0,0,0,1,6,1,96,2,127,127,0,2,9,1,1,109,1,109,2,3,1,1,3,2,1,0,7,7,1,3,115,101,116,0,0,10,12,1,10,0,32,0,32,1,254,23,2,0,11]);
const { WebAssembly } = globalThis as any;
const makeModule = new WebAssembly.Module(code);`,
      deposit:
        "new WebAssembly.Instance(makeModule, { m: { m: new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }) } }).exports.set(0, amount);",
    }),
    ...NO_PROCESS,
    says: "properties of undefined (reading 'Module')",
    fools: "instrument",
  },
  {
    number: 12,
    name: "the harness' counters, written through workerData",
    text: account({
      top: `const { workerData } = (globalThis as any).process.getBuiltinModule("node:worker_threads"); if (workerData) { Atomics.store(workerData.counters, 0, 15); Atomics.add = (() => 0) as any; }`,
    }),
    ...NO_PROCESS,
    fools: "counters",
  },
  {
    number: 13,
    name: "a nested worker, free of the permission model",
    text: account({
      top: `${NODE} const threads = node("worker_threads");
if (threads.isMainThread) {
  const done = new Int32Array(new SharedArrayBuffer(4));
  new threads.Worker('const fs = require("node:fs"); fs.writeFileSync("results.json", JSON.stringify({ pass: true })); const { workerData } = require("node:worker_threads"); Atomics.store(workerData, 0, 1); Atomics.notify(workerData, 0);', { eval: true, execArgv: [], workerData: done });
  Atomics.wait(done, 0, 0, 5_000);
}`,
    }),
    ...NO_PROCESS,
    fools: "permission",
  },
  {
    number: 13,
    name: "a nested worker of its own text",
    text: account({
      top: `import { Worker } from "node:worker_threads"; new Worker("process.exit(0)", { eval: true, execArgv: [] });`,
    }),
    verdict: "crash",
    says: 'No matching export in "provided:node:worker_threads" for import "Worker"',
    harm: "the tests end when it ends the process",
  },
  {
    number: 14,
    name: "the inspector, connected to the main thread",
    text: account({
      top: `const { process } = globalThis as any;
const { Session } = process.getBuiltinModule("node:inspector");
if (!process.getBuiltinModule("node:worker_threads").isMainThread) {
  const session = new Session();
  session.connectToMainThread();
  session.post("Runtime.evaluate", { expression: "process.on('exit', () => { process.exitCode = 0; })" });
}`,
    }),
    ...NO_PROCESS,
    fools: "code",
  },
  {
    number: 15,
    name: "a secret word of the harness, found in a heap snapshot",
    text: account({
      top: `${NODE}
if (node("worker_threads").isMainThread) {
  const [nonce] = /nonce-[0-9a-f]{32}/.exec(Buffer.concat([...function* () { const stream = node("v8").getHeapSnapshot(); for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) yield chunk; }()]).toString("latin1")) ?? [];
  node("fs").writeSync(1, "RESULT PASS " + nonce + "\\n");
  (globalThis as any).process.exit(0);
}`,
    }),
    ...NO_PROCESS,
    fools: "nonce",
  },
  {
    number: 16,
    name: "the harness' memory, written through /proc/self/mem",
    linux: true,
    text: account({
      top: `${NODE}
const fs = node("fs");
function forge(): void {
  const memory = fs.openSync("/proc/self/mem", "r+");
  for (const line of fs.readFileSync("/proc/self/maps", "latin1").split("\\n")) {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
    const start = Number.parseInt(from ?? "", 16);
    const bytes = Buffer.alloc(Math.min(2 ** 26, Number.parseInt(to ?? "", 16) - start || 0));
    try {
      fs.readSync(memory, bytes, 0, bytes.length, start);
      for (let at = bytes.indexOf("#verdict=fail"); at !== -1; at = bytes.indexOf("#verdict=fail", at + 1)) fs.writeSync(memory, "pass", start + at + 9);
    } catch {}
  }
}
if (node("worker_threads").isMainThread) forge();`,
    }),
    ...NO_PROCESS,
    fools: "memory",
  },
  {
    number: 17,
    name: "a line in every open file from 3 to 63",
    text: account({
      top: `${NODE} for (let fd = 3; fd < 64; fd++) try { node("fs").writeSync(fd, "PASS\\n"); } catch {}`,
    }),
    verdict: "violation",
    says: "a balance of 0 in the end",
    fools: "pipe",
  },
  {
    number: 34,
    name: "Array.prototype.every, replaced",
    text: account({ top: "Array.prototype.every = () => true;" }),
    verdict: "crash",
    says: "TypeError: Cannot assign to read only property 'every' of object",
    fools: "code",
  },
  {
    number: 40,
    name: "a module of the harness, replaced as it is loaded",
    text: account({
      top: `${NODE} node("module").registerHooks({ load: (url: string, context: unknown, next: any) => url.endsWith("compare.ts") ? { format: "module", source: "export const same = () => true;", shortCircuit: true } : next(url, context) });`,
    }),
    ...NO_PROCESS,
    fools: "code",
  },
  {
    number: 41,
    name: "Worker, replaced by one that only says what is wanted",
    text: account({
      top: `${NODE}
node("worker_threads").Worker = class extends node("events") { constructor() { super(); setTimeout(() => { this.emit("message", { balance: 15 }); this.emit("exit", 0); }); } };
node("module").syncBuiltinESMExports();`,
    }),
    ...NO_PROCESS,
    fools: "messages",
  },
  {
    number: 42,
    name: "a library of the harness, brought along",
    text: account({}),
    files: {
      "node_modules/harness/index.cjs": "exports.check = () => true;",
      "node_modules/@concurrency-katas/grader/kit/index.js": "throw new Error('loaded');",
    },
    verdict: "violation",
    says: "a balance of 0 in the end",
    fools: "harness",
  },
];
