/**
 * The host of a process scenario: the parent of the children that the submission starts. This thread runs the
 * submission and may block; a supervisor in a thread of its own ends everything when nothing goes on. What stops an
 * execution ends the whole process group at once, so that nothing of it can go on.
 */
import { Worker } from "node:worker_threads";
import type { ChildPort, ProcessScenario, Scenario } from "../../scenario/index.ts";
import type { HostFrame } from "../evidence.ts";
import { readStart } from "../host-input.ts";
import { createEvidenceWriter } from "../program/evidence-writer.ts";
import { describeError } from "../stress/described.ts";
import { livingOf } from "./account.ts";
import { createFamily } from "./family.ts";
import { endGroup } from "./end-group.ts";
import { sealProcess } from "./sealed.ts";
import { findMarked } from "./marked.ts";
import { createProcess } from "./process-object.ts";
import { type Order, PROCESS_LIMIT, type ProcessStart, RUN_ID, Word } from "./protocol.ts";
import type { SupervisorStart } from "./supervisor.ts";
import { type Stop, type World, createWorld } from "./world.ts";

const start = (await readStart()) as ProcessStart;
const runId = process.env[RUN_ID] ?? "";
const table = new Int32Array(new SharedArrayBuffer(Word.end * Int32Array.BYTES_PER_ELEMENT));
const evidence = createEvidenceWriter(table);
const supervisorData: SupervisorStart = {
  table: table.buffer,
  scenario: start.scenario,
  limits: start.limits,
};
const supervisor = new Worker(start.supervisorFile, { workerData: supervisorData, execArgv: [] });
// What the supervisor has found, when this thread is not what hangs: it knows what happened before.
supervisor.on("message", ({ end, actor }: Pick<Stop, "end" | "actor">) => stop({ end, actor }));
supervisor.unref();

const { scenarios } = (await import(start.scenarioFile)) as {
  scenarios: readonly Scenario<unknown>[];
};
const scenario = scenarios.find(({ id }) => id === start.scenario) as ProcessScenario<unknown>;
const crash = (error: unknown): never => stop({ end: "threw", actor: 0, error });
const locked = sealProcess(1, crash);
const { realm, clock, site } = locked;

let order: Order = "oldest-first";
let world: World | undefined;

/** Says what stopped the executions, and ends this process and its children. */
function stop({ end, actor, waiters = [], site: at, detail, error }: Stop): never {
  const frame: HostFrame = {
    kind: "process-end",
    scenario: start.scenario,
    end,
    order,
    rows: world?.rows ?? [],
    waiters,
    actor,
    ...(at === undefined ? {} : { site: at }),
    ...(detail === undefined ? {} : { detail }),
    ...(end === "threw" ? { error: describeError(error, realm) } : {}),
  };
  evidence.send(frame);
  return endGroup();
}

/** One execution, with a new instance of the submission. */
async function execute(given: Order): Promise<void> {
  order = given;
  clock.reset();
  const self = createProcess({
    pid: process.pid,
    ppid: process.ppid,
    argv: ["/usr/bin/node", "/kata"],
    env: { HOME: "/home/student", LANG: "C.UTF-8", PATH: "/usr/local/bin:/usr/bin:/bin" },
    harden: realm.harden,
    now: clock.now,
    exit: () => stop({ end: "exited", actor: 0, site: site() }),
    kill: (pid, signal) => world?.kill(pid, signal) ?? false,
    onThrow: crash,
  });
  world = createWorld({
    order,
    scenario,
    modules: start.modules,
    fileFor: (modules) =>
      modules.every(({ isGiven }) => isGiven) ? start.givenChildFile : start.childFile,
    env: { ...process.env },
    limits: start.limits,
    clock,
    parentEnv: self.environment,
    url: (href) => Reflect.construct(locked.globals["URL"] as typeof URL, [href]),
    fork: (href, args, options) => family.fork(href, args, options) as unknown as ChildPort,
    site,
    onEvent(busy) {
      Atomics.add(table, Word.events, 1);
      Atomics.store(table, Word.awaited, busy);
    },
    onCount(children) {
      const living = livingOf(children);
      for (let i = 0; i < PROCESS_LIMIT; i++) {
        Atomics.store(table, Word.pids + i, living[i]?.pid ?? 0);
        Atomics.store(table, Word.numbers + i, living[i]?.number ?? 0);
      }
    },
    stop,
    strays: (known) =>
      findMarked(runId).filter(({ pid }) => pid !== process.pid && !known.includes(pid)).length,
  });
  const family = createFamily({
    entries: new Set(start.modules.map(({ entry }) => entry)),
    hrefOf: locked.hrefOf,
    harden: realm.harden,
    env: self.env,
    start: (...given) => (world as World).start(...given),
    onThrow: crash,
  });
  const scope = realm.harden({ ...locked.globals, process: self.object });
  const kata = realm.compile(start.code, scope).instantiate({
    ...locked.modules,
    "node:process": self.object,
    "node:child_process": family,
  });
  const outcome = await world.run(kata);
  const { rows } = world;
  evidence.send({ kind: "process-run", scenario: start.scenario, order, outcome, rows });
}

process.on("unhandledRejection", crash);
process.on("uncaughtException", crash);
// Holds the process: whether the submission would end it is looked at where it comes to rest.
const hold = setInterval(() => undefined, 2 ** 30);
try {
  for (const each of start.orders) await execute(each);
} catch (error) {
  // No submission's doing: what that throws ends in `stop`.
  const { message, code } = describeError(error, realm);
  evidence.send({ kind: "broken", message: `${code}: ${message}` });
  endGroup();
}
clearInterval(hold);
order = "oldest-first";
world = undefined;
stop({ end: "done", actor: 0 });
