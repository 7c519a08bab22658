/**
 * The host process: runs one submission for the grader and says what happened. It is disposable: whatever goes wrong
 * in it, the grader kills it and starts another. It holds no secret and decides no verdict.
 *
 * Started as `node host.mjs START`, where START is JSON; evidence goes to file descriptor 3, commands come from 4.
 */
import { createReadStream } from "node:fs";
import { setImmediate as turnLoop } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type {
  ExecutionEvidence,
  ExploredEvidence,
  HostCommand,
  HostFrame,
  OutcomeEvidence,
  RecordedOperation,
  TraceEvidence,
} from "../evidence.ts";
import { endNow } from "../end-with-grader.ts";
import { CPU_LIMIT, createCpuWatch } from "../cpu-watch.ts";
import { createLineReader, decodeFrame } from "../frames.ts";
import { writeEvidence } from "../write-evidence.ts";
import type { Frame } from "../sealed/compartment.ts";
import {
  type Departure,
  type Path,
  createExplorer,
  createSampler,
  planOf,
  preemptionsOf,
} from "../../schedule/index.ts";
import { type RunFacts, createController } from "./controller.ts";
import { type HandleTree, buffersOf } from "./handle.ts";
import { End, Field, MAX_THREADS, RECORD_WORDS, Word, allocateBlocks } from "./layout.ts";
import { readLogged } from "./_logged.ts";
import { type Signature, createReader, endKinds } from "./reading.ts";
import type { WorkerAnswer, WorkerRequest, WorkerStart } from "./worker.ts";

/** What a host is started with. */
export interface HostStart {
  /** The submission's bundle, and paths of the worker's and the scenarios' modules. */
  readonly code: string;
  readonly stateless: boolean;
  readonly workerFile: string;
  readonly scenarioFile: string;
  /** Number of threads of each scenario by id. */
  readonly threads: Readonly<Record<string, number>>;
  /** Turn-cell loads before a thread sleeps: 0 when the process is pinned to one CPU. */
  readonly spin: number;
  readonly arenaBytes: number;
  /** CPU seconds without a step after which a thread is taken to run for ever; 3 unless given. */
  readonly cpuSeconds?: number;
}

/** Distinct outcomes of one scenario after which its search is given up. */
const OUTCOME_LIMIT = 20_000;
/** Steps of one scenario's executions after which its search is given up. */
const STEPS_LIMIT = 10_000_000;
/** Executions that hit the step limit after which a search is given up. */
const CUT_LIMIT = 200;
/** Every n-th schedule is run twice, to see that it comes out the same. */
const AUDIT_EVERY = 101;

const start = JSON.parse(await readAll(0)) as HostStart;
const blocks = allocateBlocks(start.arenaBytes);
const controller = createController(blocks, start.spin);
const reader = createReader(blocks);
const workers: { worker: Worker; answers: WorkerAnswer[]; wake: () => void }[] = [];
let dead: string | undefined;
let stopped = false;
const commands: HostCommand[] = [];
let wakeCommand = (): void => undefined;

const readLine = createLineReader((line) => {
  const command = decodeFrame(line) as HostCommand;
  if (command.kind === "stop") stopped = true;
  else commands.push(command);
  wakeCommand();
});
createReadStream("", { fd: 4, encoding: "utf8" })
  .on("data", (chunk) => {
    readLine(String(chunk));
  })
  // The grader is gone: so is the host.
  .on("close", endNow)
  .on("error", endNow);

async function readAll(fd: number): Promise<string> {
  let text = "";
  for await (const chunk of createReadStream("", { fd, encoding: "utf8" })) text += String(chunk);
  return text;
}

function startWorker(index: number): void {
  const workerData: WorkerStart = {
    worker: index,
    blocks,
    spin: start.spin,
    code: start.code,
    stateless: start.stateless,
    scenarios: start.scenarioFile,
  };
  const worker = new Worker(start.workerFile, {
    workerData,
    env: {},
    execArgv: [],
    stdin: false,
    resourceLimits: { maxOldGenerationSizeMb: 192, stackSizeMb: 4 },
  });
  const entry = { worker, answers: [] as WorkerAnswer[], wake: (): void => undefined };
  worker.on("message", (answer: WorkerAnswer) => {
    entry.answers.push(answer);
    entry.wake();
  });
  worker.on("error", (error: Error & { code?: string }) => {
    dead ??= error.code ?? error.name;
    entry.wake();
  });
  worker.on("exit", () => {
    dead ??= "exit";
    entry.wake();
  });
  workers.push(entry);
}

async function answer<K extends WorkerAnswer["kind"]>(
  index: number,
  kind: K,
): Promise<Extract<WorkerAnswer, { kind: K }>> {
  const entry = workers[index] as (typeof workers)[number];
  // Starting is our own work, as long as it may take.
  const watch = createWatch(kind === "ready" ? Infinity : undefined);
  for (;;) {
    const at = entry.answers.findIndex((candidate) => candidate.kind === kind);
    if (at !== -1) return entry.answers.splice(at, 1)[0] as Extract<WorkerAnswer, { kind: K }>;
    if (!watch()) throw new StuckError(index, reasonToGiveUp);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 200);
      entry.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Why the last watch said that it is not worth waiting on. */
let reasonToGiveUp: StuckReason = "no-progress";

/** Says whether it is worth waiting on: some step was taken, or too little CPU was used to tell. */
function createWatch(cpuSeconds = start.cpuSeconds ?? CPU_LIMIT): () => boolean {
  const control = new Int32Array(blocks.control);
  const look = createCpuWatch(() => control[Word.heartbeat], cpuSeconds);
  return () => {
    const reason =
      dead === undefined
        ? look()
        : dead === "ERR_WORKER_OUT_OF_MEMORY"
          ? ("memory" as const)
          : ("worker-died" as const);
    if (reason === undefined) return true;
    reasonToGiveUp = reason;
    return false;
  };
}

type StuckReason = Extract<HostFrame, { kind: "stuck" }>["reason"];

class StuckError extends Error {
  readonly thread: number;
  readonly reason: StuckReason;
  constructor(thread: number, reason: StuckReason) {
    super(`stuck: ${reason}`);
    this.thread = thread;
    this.reason = reason;
  }
}

async function execute(options: Parameters<typeof controller.run>[0]): Promise<RunFacts> {
  const facts = controller.run(options) ?? (await controller.resume(createWatch()));
  if (facts === undefined) throw new StuckError(-1, reasonToGiveUp);
  return facts;
}

/** Ends what an execution left unfinished. */
async function unwind({ end, endThread }: RunFacts): Promise<void> {
  if (end === End.done || (await controller.unwind(createWatch()))) return;
  throw new StuckError(endThread, reasonToGiveUp === "no-progress" ? "caught" : reasonToGiveUp);
}

function post(index: number, request: WorkerRequest): void {
  (workers[index] as (typeof workers)[number]).worker.postMessage(request);
}

/** Runs the set-up and lets the scenario's workers in; undefined when the set-up failed and was told. */
async function enter(
  scenario: string,
  ordered = true,
): Promise<{ handle: HandleTree; classes?: readonly number[] } | undefined> {
  const threads = start.threads[scenario] as number;
  while (workers.length < Math.min(threads, MAX_THREADS)) startWorker(workers.length);
  await Promise.all(Array.from({ length: threads }, (_, i) => ready(i)));
  controller.beginSetup(threads, ordered);
  post(0, { kind: "setup", scenario });
  const { handle, classes, error, refused, end } = await answer(0, "setup");
  if (handle === undefined) {
    writeEvidence({
      kind: "setup-failed",
      scenario,
      end: endKinds[end] ?? "crash",
      ...(error === undefined ? {} : { error }),
      ...(refused === undefined ? {} : { refused }),
    });
    return undefined;
  }
  prelude = reader.operations();
  controller.endSetup();
  for (let i = 0; i < threads; i++) post(i, { kind: "enter", scenario, handle });
  return { handle, ...(classes === undefined ? {} : { classes }) };
}

/** What the set-up recorded: it comes before everything else in each history. */
let prelude: readonly RecordedOperation[] = [];

/** The operations of the last execution, those of the set-up first. */
function operations(): readonly RecordedOperation[] {
  const count = prelude.length;
  const before = prelude.map((operation, i) => ({
    ...operation,
    call: 2 * (i - count),
    return: operation.outcome.kind === "pending" ? null : 2 * (i - count) + 1,
  }));
  return [...before, ...reader.operations().map((item) => ({ ...item, id: item.id + count }))];
}

const readyWorkers = new Set<number>();
async function ready(index: number): Promise<void> {
  if (readyWorkers.has(index)) return;
  const { error } = await answer(index, "ready");
  readyWorkers.add(index);
  if (error !== undefined) throw new LoadError(error);
}

class LoadError extends Error {
  readonly thrown: NonNullable<Extract<WorkerAnswer, { kind: "ready" }>["error"]>;
  constructor(thrown: NonNullable<Extract<WorkerAnswer, { kind: "ready" }>["error"]>) {
    super("the submission does not load");
    this.thrown = thrown;
  }
}

async function dismiss(scenario: string): Promise<Extract<WorkerAnswer, { kind: "left" }>[]> {
  controller.dismiss();
  return Promise.all(
    Array.from({ length: start.threads[scenario] as number }, (_, i) => answer(i, "left")),
  );
}

async function explore(
  command: Extract<HostCommand, { kind: "explore" | "sample" }>,
): Promise<void> {
  const { scenario } = command;
  const isSample = command.kind === "sample";
  const ordered = isSample || command.ordered !== false;
  const entered = await enter(scenario, ordered);
  if (entered === undefined) return;
  const cache = isSample || command.cache !== false;
  const begin = () => createExplorer({ preemptions: isSample ? 0 : Infinity, cache });
  let explorer = begin();
  // A certificate rests on nothing but the executions in it.
  const asIs = isSample || !cache || command.symmetry === false || command.record === true;
  let classes = asIs ? undefined : entered.classes;
  controller.symmetry(classes);
  const outcomes = new Map<number, number>();
  const perBound: number[] = [];
  let schedules = 0;
  let steps = 0;
  let probes = 0;
  let rescued = 0;
  let fair = 0;
  let cut = 0;
  let extraFrom = Infinity;
  let nondeterministic = false;
  let yielded = performance.now();
  let reported = 0;
  const sampler = isSample
    ? createSampler({ name: command.strategy, seed: command.seed })
    : undefined;

  for (;;) {
    if (schedules >= command.schedules) break;
    const plan = isSample ? [] : explorer.next();
    if (plan === undefined) break;
    const bound = isSample ? 0 : explorer.preemptions();
    if (!isSample && bound > command.preemptions) {
      extraFrom = Math.min(extraFrom, schedules);
      if (schedules - extraFrom >= command.extra) break;
    }
    schedules++;
    perBound[bound] = schedules;
    const facts = await execute(
      sampler === undefined
        ? { plan, keysFrom: (plan.at(-1)?.step ?? -1) + 1 }
        : { plan, sampling: sampler.next(), keysFrom: Infinity },
    );
    if (classes !== undefined && facts.identified) {
      // What was left out because threads may change places is looked at after all.
      await unwind(facts);
      classes = undefined;
      controller.symmetry(undefined);
      explorer = begin();
      schedules = 0;
      perBound.length = 0;
      continue;
    }
    steps += controller.executed.length;
    probes = Math.max(probes, facts.probes);
    if (facts.rescues > 0) rescued++;
    if (facts.isFair) fair++;
    const signature = signatureOf(facts, ordered);
    if (facts.end === End.limit) cut++;
    if (facts.diverged !== -1) nondeterministic = true;
    const isNew = outcomes.get(signature.key) !== signature.check;
    if (isNew || facts.unlogged !== -1) {
      outcomes.set(signature.key, signature.check);
      const path = pathTaken(facts);
      writeEvidence({
        kind: "outcome",
        scenario,
        outcome: isSample
          ? describe(facts, schedules, planOf(path), preemptionsOf(path))
          : describe(facts, schedules, plan, bound),
      });
    }
    if (command.kind === "explore" && command.record === true)
      writeEvidence({ kind: "execution", scenario, execution: recorded(plan, bound, facts) });
    if (sampler === undefined) explorer.completed(controller.executed);
    else sampler.completed(controller.executed);
    await unwind(facts);
    if (!isSample && schedules % AUDIT_EVERY === 0 && !(await audit(plan, signature, ordered)))
      nondeterministic = true;
    if ((schedules & 15) === 0 && performance.now() - yielded > 20) {
      await turnLoop();
      yielded = performance.now();
      if (schedules - reported >= 1_000) {
        reported = schedules;
        writeEvidence({ kind: "progress", scenario, schedules });
      }
    }
    // With so many, the search decides nothing any more: what is left is not explored, and that is told.
    if (stopped || outcomes.size >= OUTCOME_LIMIT || cut >= CUT_LIMIT) break;
    if (steps >= STEPS_LIMIT) break;
  }
  const state = explorer.explored();
  const isWhole = !isSample && state.complete;
  const explored: ExploredEvidence = {
    strategy: isSample ? command.strategy : "preemption-bounding",
    schedules,
    bound: isSample ? -1 : state.bound,
    complete: isWhole && cut === 0 && fair === 0,
    states: state.states,
    steps,
    perBound,
    probes,
    rescued,
    cut,
    ...(classes === undefined ? {} : { classes }),
    ...(nondeterministic || !controller.memoryAgrees() ? { nondeterministic: true } : {}),
  };
  await dismiss(scenario);
  writeEvidence({ kind: "explored", scenario, explored });
}

/**
 * The execution that was just run, as far as somebody chose its steps. Its choices are those of the log: the search is
 * not offered all of them.
 */
function pathTaken({ chosen }: RunFacts): Path {
  const log = new Int32Array(blocks.log);
  const choices = Array.from(
    { length: chosen },
    (_, step) => log[step * RECORD_WORDS + Field.choices] as number,
  );
  return { length: chosen, actions: controller.executed.actions, choices };
}

function signatureOf({ end, race }: RunFacts, ordered: boolean): Signature {
  return reader.signature(end + (race === undefined ? 0 : 16), ordered);
}

/** Runs a plan again and compares what can be seen. */
async function audit(
  plan: readonly Departure[],
  signature: Signature,
  ordered: boolean,
): Promise<boolean> {
  const { length } = controller.executed;
  const keysFrom = (plan.at(-1)?.step ?? -1) + 1;
  const keys = controller.executed.keys.slice(keysFrom * 4, length * 4);
  const facts = await execute({ plan, keysFrom });
  const again = signatureOf(facts, ordered);
  const same =
    again.key === signature.key &&
    again.check === signature.check &&
    controller.executed.length === length &&
    keys.every((word, i) => word === controller.executed.keys[keysFrom * 4 + i]);
  await unwind(facts);
  return same;
}

function describe(
  facts: RunFacts,
  schedule: number,
  plan: readonly Departure[],
  preemptions: number,
): OutcomeEvidence {
  return {
    schedule,
    preemptions,
    plan,
    end: endKinds[facts.end] ?? "crash",
    operations: operations(),
    ...(facts.race === undefined ? {} : { race: facts.race }),
    ...(facts.unlogged === -1 ? {} : { unlogged: true }),
  };
}

/** The execution that was just run, as a certificate speaks of it. */
function recorded(
  plan: readonly Departure[],
  preemptions: number,
  facts: RunFacts,
): ExecutionEvidence {
  return {
    plan,
    preemptions,
    end: endKinds[facts.end] ?? "crash",
    steps: readLogged(blocks, controller.executed.length),
    chosen: facts.chosen,
    operations: operations(),
    ...(facts.race === undefined ? {} : { race: facts.race }),
    ...(facts.unlogged === -1 ? {} : { unlogged: true }),
  };
}

/** Runs plans, one after the other. */
async function runPlans({
  scenario,
  plans,
}: Extract<HostCommand, { kind: "execute" }>): Promise<void> {
  if ((await enter(scenario)) === undefined) return;
  for (const plan of plans) {
    const facts = await execute({ plan });
    const preemptions = preemptionsOf(pathTaken(facts));
    writeEvidence({ kind: "execution", scenario, execution: recorded(plan, preemptions, facts) });
    await unwind(facts);
  }
  await dismiss(scenario);
}

async function replay({ scenario, plan }: Extract<HostCommand, { kind: "replay" }>): Promise<void> {
  const entered = await enter(scenario);
  if (entered === undefined) return;
  const { handle } = entered;
  const threads = start.threads[scenario] as number;
  const facts = await execute({ plan, tracing: true });
  const end = endKinds[facts.end] ?? "crash";
  const recorded = operations();
  const steps = reader.steps(new Map());
  const waiting = reader.stopped(threads, []);
  await unwind(facts);
  const left = await dismiss(scenario);
  const frames = new Map<number, readonly Frame[]>();
  for (const { steps: traced } of left)
    for (const { step, frames: list } of traced) frames.set(step, list);
  const crash = left.find((item) => item.crash !== undefined)?.crash;
  const refused = left.find((item) => item.refused !== undefined)?.refused;
  const trace: TraceEvidence = {
    plan,
    end,
    operations: recorded,
    steps: steps.map((step) => ({ ...step, frames: frames.get(step.step) ?? [] })),
    stopped: waiting.map((item) => ({ ...item, frames: left[item.thread]?.pending ?? [] })),
    printed: left.flatMap(({ printed }) => printed),
    buffers: buffersOf(handle),
    diverged: facts.diverged,
    ...(facts.race === undefined ? {} : { race: facts.race }),
    ...(crash === undefined ? {} : { crash }),
    ...(refused === undefined ? {} : { refused }),
  };
  writeEvidence({ kind: "trace", scenario, trace });
}

async function nextCommand(): Promise<HostCommand> {
  for (;;) {
    const command = commands.shift();
    if (command !== undefined) return command;
    await new Promise<void>((resolve) => {
      wakeCommand = resolve;
    });
  }
}

async function serve(): Promise<void> {
  startWorker(0);
  await ready(0);
  writeEvidence({ kind: "ready" });
  for (;;) {
    const command = await nextCommand();
    if (command.kind === "quit") process.exit(0);
    stopped = false;
    if (command.kind === "explore" || command.kind === "sample") await serveOne(command, explore);
    else if (command.kind === "replay") await serveOne(command, replay);
    else if (command.kind === "execute") await serveOne(command, runPlans);
  }
}

async function serveOne<C extends { readonly scenario: string }>(
  command: C,
  run: (command: C) => Promise<void>,
): Promise<void> {
  try {
    await run(command);
  } catch (error) {
    if (!(error instanceof StuckError)) throw error;
    writeEvidence({
      kind: "stuck",
      scenario: command.scenario,
      thread: error.thread,
      reason: error.reason,
      detail: dead ?? "",
    });
    process.exit(1);
  }
}

try {
  await serve();
} catch (error) {
  if (error instanceof LoadError) writeEvidence({ kind: "ready", error: error.thrown });
  else
    writeEvidence({
      kind: "broken",
      message: error instanceof Error ? `${error.message}\n${error.stack ?? ""}` : String(error),
    });
  process.exit(1);
}
