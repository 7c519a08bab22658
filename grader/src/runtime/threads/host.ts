/**
 * The host process: runs one submission for the grader and says what happened. It is disposable: whatever goes wrong
 * in it, the grader kills it and starts another. It holds no secret and decides no verdict.
 *
 * Started as `node host.mjs`: START comes as JSON on standard input; evidence goes to file descriptor 3, commands come
 * from 4.
 */
import { preemptionsOf } from "../../schedule/index.ts";
import type { HostCommand, TraceEvidence } from "../evidence.ts";
import { readStart, takeCommands } from "../host-input.ts";
import type { Frame } from "../sealed/compartment.ts";
import { writeEvidence } from "../write-evidence.ts";
import { LoadError, StuckError, createCrew } from "./crew.ts";
import { createExecutions } from "./executions.ts";
import { buffersOf } from "./handle.ts";
import type { HostStart } from "./host-start.ts";
import { allocateBlocks } from "./layout.ts";
import { endKinds } from "./reading.ts";
import { search } from "./search.ts";

const start = (await readStart()) as HostStart;
const blocks = allocateBlocks(start.arenaBytes);
const crew = createCrew(start, blocks);
const executions = createExecutions(start, blocks, crew);
let stopped = false;
const commands: HostCommand[] = [];
let wakeCommand = (): void => undefined;

takeCommands((command) => {
  if (command.kind === "stop") stopped = true;
  else commands.push(command);
  wakeCommand();
});

/** Runs plans, one after the other. */
async function runPlans({
  scenario,
  plans,
}: Extract<HostCommand, { kind: "execute" }>): Promise<void> {
  if ((await executions.enter(scenario)) === undefined) return;
  for (const plan of plans) {
    const facts = await executions.execute({ plan });
    const preemptions = preemptionsOf(executions.path(facts));
    const execution = executions.recorded(facts, plan, preemptions);
    writeEvidence({ kind: "execution", scenario, execution });
    await executions.unwind(facts);
  }
  await executions.dismiss(scenario);
}

async function replay({ scenario, plan }: Extract<HostCommand, { kind: "replay" }>): Promise<void> {
  const entered = await executions.enter(scenario);
  if (entered === undefined) return;
  const { handle } = entered;
  const threads = start.threads[scenario] as number;
  const facts = await executions.execute({ plan, tracing: true });
  const end = endKinds[facts.end] ?? "crash";
  const recorded = executions.operations();
  const steps = executions.reader.steps(new Map());
  const waiting = executions.reader.stopped(threads, []);
  await executions.unwind(facts);
  const left = await executions.dismiss(scenario);
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
  await crew.gather(1);
  writeEvidence({ kind: "ready" });
  for (;;) {
    const command = await nextCommand();
    if (command.kind === "quit") process.exit(0);
    stopped = false;
    if (command.kind === "explore" || command.kind === "sample")
      await serveOne(command, (asked) => search(executions, asked, () => stopped));
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
      detail: crew.death(),
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
