/** The worker threads of a host: started when a scenario wants them, and kept for the next one. */
import { Worker } from "node:worker_threads";
import { CPU_LIMIT, type StuckReason as WatchReason, createCpuWatch } from "../cpu-watch.ts";
import type { HostFrame } from "../evidence.ts";
import type { HostStart } from "./host-start.ts";
import { type SharedBlocks, MAX_THREADS, Word } from "./layout.ts";
import type { StudentError, WorkerAnswer, WorkerRequest, WorkerStart } from "./worker.ts";

/** Why a host gives up. */
export type StuckReason = Extract<HostFrame, { kind: "stuck" }>["reason"];

/** It is not worth waiting any longer for `thread`, or, at -1, for whoever has the turn. */
export class StuckError extends Error {
  readonly thread: number;
  readonly reason: StuckReason;
  constructor(thread: number, reason: StuckReason) {
    super(`stuck: ${reason}`);
    this.thread = thread;
    this.reason = reason;
  }
}

/** The submission threw while it was evaluated. */
export class LoadError extends Error {
  readonly thrown: StudentError;
  constructor(thrown: StudentError) {
    super("the submission does not load");
    this.thrown = thrown;
  }
}

/** The workers of a host. */
export interface Crew {
  /** Waits until so many workers are ready; throws a {@link LoadError} where the submission does not load. */
  gather(threads: number): Promise<void>;
  post(index: number, request: WorkerRequest): void;
  /** The worker's next answer of this kind; throws a {@link StuckError} when it is not worth waiting for. */
  answer<K extends WorkerAnswer["kind"]>(
    index: number,
    kind: K,
  ): Promise<Extract<WorkerAnswer, { kind: K }>>;
  /** A watch from now on: says whether it is worth waiting on, as some step was taken, or too little CPU was used to tell. */
  watch(): () => boolean;
  /** Why a watch last said that it is not. */
  reason(): StuckReason;
  /** How the first worker that died did; "" while all live. */
  death(): string;
}

interface Member {
  readonly worker: Worker;
  readonly answers: WorkerAnswer[];
  /** Called when there is something new. */
  wake: () => void;
}

/** Makes the crew of a host, of which nobody is there yet. */
export function createCrew(start: HostStart, blocks: SharedBlocks): Crew {
  const members: Member[] = [];
  const ready = new Set<number>();
  const control = new Int32Array(blocks.control);
  let dead: string | undefined;
  let reason: StuckReason = "no-progress";

  function join(index: number): void {
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
    const member: Member = { worker, answers: [], wake: () => undefined };
    const die = (how: string): void => {
      dead ??= how;
      member.wake();
    };
    worker.on("message", (answer: WorkerAnswer) => {
      member.answers.push(answer);
      member.wake();
    });
    worker.on("error", (error: Error & { code?: string }) => {
      die(error.code ?? error.name);
    });
    worker.on("exit", () => {
      die("exit");
    });
    members.push(member);
  }

  function watch(cpuSeconds = start.cpuSeconds ?? CPU_LIMIT): () => boolean {
    const look = createCpuWatch(() => control[Word.heartbeat], cpuSeconds);
    const found = (): WatchReason | "worker-died" | undefined => {
      if (dead === undefined) return look();
      return dead === "ERR_WORKER_OUT_OF_MEMORY" ? "memory" : "worker-died";
    };
    return () => {
      const why = found();
      if (why !== undefined) reason = why;
      return why === undefined;
    };
  }

  async function answer<K extends WorkerAnswer["kind"]>(
    index: number,
    kind: K,
  ): Promise<Extract<WorkerAnswer, { kind: K }>> {
    const member = members[index] as Member;
    const { answers } = member;
    // Starting is our own work, as long as it may take.
    const isWorthIt = watch(kind === "ready" ? Infinity : undefined);
    for (;;) {
      const at = answers.findIndex((candidate) => candidate.kind === kind);
      if (at !== -1) return answers.splice(at, 1)[0] as Extract<WorkerAnswer, { kind: K }>;
      if (!isWorthIt()) throw new StuckError(index, reason);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 200);
        member.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async function becomeReady(index: number): Promise<void> {
    if (ready.has(index)) return;
    const { error } = await answer(index, "ready");
    ready.add(index);
    if (error !== undefined) throw new LoadError(error);
  }

  return {
    async gather(threads) {
      while (members.length < Math.min(threads, MAX_THREADS)) join(members.length);
      await Promise.all(Array.from({ length: threads }, (_, i) => becomeReady(i)));
    },
    post(index, request) {
      (members[index] as Member).worker.postMessage(request);
    },
    answer,
    watch: () => watch(),
    reason: () => reason,
    death: () => dead ?? "",
  };
}
