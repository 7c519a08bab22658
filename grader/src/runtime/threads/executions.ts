/** Executions of a scenario in a host: lets its threads in, runs one execution after another, and says what each was. */
import type { Departure, Executed, Path } from "../../schedule/index.ts";
import type { ExecutionEvidence, OutcomeEvidence, RecordedOperation } from "../evidence.ts";
import { writeEvidence } from "../write-evidence.ts";
import { type RunFacts, type RunOptions, createController } from "./controller.ts";
import { type Crew, StuckError } from "./crew.ts";
import type { HandleTree } from "./handle.ts";
import type { HostStart } from "./host-start.ts";
import { End, Field, RECORD_WORDS, type SharedBlocks } from "./layout.ts";
import { readLogged } from "./_logged.ts";
import { type Reader, type Signature, createReader, endKinds } from "./reading.ts";
import type { WorkerAnswer } from "./worker.ts";

/** A scenario whose threads are in. */
export interface Entered {
  readonly handle: HandleTree;
  /** Which threads may change places, by the number of their class. */
  readonly classes?: readonly number[];
}

/** What a worker says when it leaves a scenario. */
export type Left = Extract<WorkerAnswer, { kind: "left" }>;

/** The executions of a host. Those of one scenario come between {@link enter} and {@link dismiss}. */
export interface Executions {
  /**
   * Runs the set-up and lets the scenario's threads in; undefined when the set-up failed, which was told then.
   * `ordered`: the order of operations is part of the state.
   */
  enter(scenario: string, ordered?: boolean): Promise<Entered | undefined>;
  dismiss(scenario: string): Promise<readonly Left[]>;
  /** Says which threads may change places; none unless given. */
  symmetry(classes: readonly number[] | undefined): void;
  /** Runs one; {@link unwind} comes before the next. */
  execute(options: RunOptions): Promise<RunFacts>;
  /** Ends what an execution left unfinished. */
  unwind(facts: RunFacts): Promise<void>;
  /** True when what threads see of shared memory is what is in it. */
  memoryAgrees(): boolean;
  /** Of the last execution: what the search needs of it. */
  readonly executed: Executed;
  /** Of the last execution: what can be seen of it, as a hash. */
  signature(facts: RunFacts, ordered: boolean): Signature;
  /** Of the last execution: the steps that somebody chose. */
  path(facts: RunFacts): Path;
  /** Of the last execution: its operations, those of the set-up first. */
  operations(): readonly RecordedOperation[];
  outcome(
    facts: RunFacts,
    found: Pick<OutcomeEvidence, "schedule" | "plan" | "preemptions">,
  ): OutcomeEvidence;
  /** Of the last execution: as a certificate speaks of it. */
  recorded(facts: RunFacts, plan: readonly Departure[], preemptions: number): ExecutionEvidence;
  readonly reader: Reader;
}

/** Makes the executions of a host. */
export function createExecutions(start: HostStart, blocks: SharedBlocks, crew: Crew): Executions {
  const controller = createController(blocks, start.spin);
  const reader = createReader(blocks);
  /** What the set-up recorded: it comes before everything else in each history. */
  let prelude: readonly RecordedOperation[] = [];

  function operations(): readonly RecordedOperation[] {
    const count = prelude.length;
    const before = prelude.map((operation, i) => ({
      ...operation,
      call: 2 * (i - count),
      return: operation.outcome.kind === "pending" ? null : 2 * (i - count) + 1,
    }));
    return [...before, ...reader.operations().map((item) => ({ ...item, id: item.id + count }))];
  }

  /** What each finished execution is told with. */
  function shown({
    end,
    race,
    unlogged,
  }: RunFacts): Pick<OutcomeEvidence, "end" | "operations" | "race" | "unlogged"> {
    return {
      end: endKinds[end] ?? "crash",
      operations: operations(),
      ...(race === undefined ? {} : { race }),
      ...(unlogged === -1 ? {} : { unlogged: true }),
    };
  }

  return {
    reader,
    operations,
    async enter(scenario, ordered = true) {
      const threads = start.threads[scenario] as number;
      await crew.gather(threads);
      controller.beginSetup(threads, ordered);
      crew.post(0, { kind: "setup", scenario });
      const { handle, classes, error, refused, end } = await crew.answer(0, "setup");
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
      for (let i = 0; i < threads; i++) crew.post(i, { kind: "enter", scenario, handle });
      return { handle, ...(classes === undefined ? {} : { classes }) };
    },
    dismiss(scenario) {
      controller.dismiss();
      const threads = start.threads[scenario] as number;
      return Promise.all(Array.from({ length: threads }, (_, i) => crew.answer(i, "left")));
    },
    symmetry: controller.symmetry,
    async execute(options) {
      const facts = controller.run(options) ?? (await controller.resume(crew.watch()));
      if (facts === undefined) throw new StuckError(-1, crew.reason());
      return facts;
    },
    async unwind({ end, endThread }) {
      if (end === End.done || (await controller.unwind(crew.watch()))) return;
      const reason = crew.reason();
      throw new StuckError(endThread, reason === "no-progress" ? "caught" : reason);
    },
    memoryAgrees: controller.memoryAgrees,
    get executed() {
      return controller.executed;
    },
    signature: ({ end, race }, ordered) =>
      reader.signature(end + (race === undefined ? 0 : 16), ordered),
    path({ chosen }) {
      // Its choices are those of the log: the search is not offered all of them.
      const log = new Int32Array(blocks.log);
      const choices = Array.from(
        { length: chosen },
        (_, step) => log[step * RECORD_WORDS + Field.choices] as number,
      );
      return { length: chosen, actions: controller.executed.actions, choices };
    },
    outcome: (facts, found) => ({ ...found, ...shown(facts) }),
    recorded: (facts, plan, preemptions) => ({
      plan,
      preemptions,
      ...shown(facts),
      steps: readLogged(blocks, controller.executed.length),
      chosen: facts.chosen,
    }),
  };
}
