/** The real children of one execution: starts them, tells them what to do, and knows when each has come to rest. */
import { type ChildProcess, fork } from "node:child_process";
import type { DescribedError } from "../stress/described.ts";
import type { Facade } from "./family.ts";
import type {
  ChildAction,
  ChildCommand,
  ChildModule,
  ChildReport,
  ChildStart,
  Site,
} from "./protocol.ts";

/** A child of an execution. */
export interface Child {
  /** From 1, in the order of the forks. */
  readonly number: number;
  readonly entry: string;
  readonly native: ChildProcess;
  readonly pid: number;
  readonly facade: Facade;
  /** Number of the last thing that it was told to do, and of the last after which it has come to rest. */
  asked: number;
  answered: number;
  /** How it ended, once the system has said so and all that it sent has been read. */
  end: { readonly code: number | null; readonly signal: string | null } | undefined;
  /** Whether its end has been looked at, and whether the parent's submission has been told of it. */
  isEndSeen: boolean;
  isEndTold: boolean;
  /** Whether it will send anything else to the submission. */
  isUpClosed: boolean;
  /** Messages that it has sent. */
  sent: number;
  /** When its next timer is due. */
  due: number | undefined;
  listens: boolean;
  /** The gates that it waits at. */
  readonly waits: Map<string, Site | undefined>;
  /** What it ended of, if nobody caught that. */
  error: (DescribedError & { readonly entry: string }) | undefined;
  /** What it has done and nobody has looked at yet. */
  reports: SeenReport[];
}

/** What a child says of itself, but for its rests. */
export type SeenReport = Exclude<ChildReport, { readonly kind: "rests" }>;

/** What becomes of what children do. */
export interface ChildrenHooks {
  /** What a child runs that begins with these modules. */
  fileFor(modules: readonly ChildModule[]): string;
  readonly heapMiB: number;
  readonly env: NodeJS.ProcessEnv;
  now(): number;
  /** There is one report more. */
  onReport(): void;
  /** One child has been started, or has ended. */
  onCount(children: readonly Child[]): void;
}

/** The children of one execution. */
export interface Children {
  readonly all: readonly Child[];
  start(
    start: ChildStart,
    options: { readonly isDetached: boolean; readonly facade: Facade },
  ): Child;
  /** Tells a child to do something; nothing to one that has ended. */
  tell(child: Child, action: ChildAction): void;
  /** Sends a signal. What comes of it shows when the child has come to rest. */
  kill(child: Child, signal: NodeJS.Signals): void;
  /** The first that has not come to rest. */
  busy(): Child | undefined;
  /** Resolves at the next thing that any of them does. */
  change(): Promise<void>;
}

/** Makes the children of an execution, of which there are none yet. */
export function createChildren(hooks: ChildrenHooks): Children {
  const all: Child[] = [];
  let change = Promise.withResolvers<void>();

  const changed = (): void => {
    change.resolve();
    change = Promise.withResolvers();
  };

  const isGone = ({ native }: Child): boolean =>
    native.exitCode !== null || native.signalCode !== null || !native.connected;

  function tell(child: Child, action: ChildAction): void {
    if (child.end !== undefined || isGone(child)) return;
    child.asked++;
    const command: ChildCommand = { seq: child.asked, now: hooks.now(), action };
    // What cannot be sent goes to a child that is ending, which is seen in another way.
    child.native.send(command, () => undefined);
  }

  function listen(child: Child): void {
    const { native } = child;
    let isOver = 0;
    const over = (): void => {
      if (++isOver < 2) return;
      child.end = { code: native.exitCode, signal: native.signalCode };
      child.due = undefined;
      child.waits.clear();
      hooks.onCount(all);
      changed();
    };
    native.on("message", (report: ChildReport) => {
      if (report.kind === "rests") {
        child.answered = report.seq;
        child.due = report.due;
        child.listens = report.listens;
      } else {
        if (report.kind === "arrive") child.waits.set(report.gate, report.site);
        if (report.kind === "message") child.sent++;
        if (report.kind === "failed") child.error = { ...report.error, entry: report.entry };
        child.reports.push(report);
        hooks.onReport();
      }
      changed();
    });
    // All that it has sent is read before the channel ends.
    native.once("disconnect", over);
    native.once("exit", over);
    native.on("error", () => undefined);
  }

  return {
    all,
    start(start, { isDetached, facade }) {
      const native = fork(hooks.fileFor(start.modules), [String(all.length + 1)], {
        serialization: "advanced",
        detached: isDetached,
        env: hooks.env,
        execArgv: [
          `--max-old-space-size=${hooks.heapMiB}`,
          "--disable-warning=ExperimentalWarning",
        ],
        stdio: ["ignore", "ignore", "ignore", "ipc"],
      });
      if (native.pid === undefined) throw new Error("E_BUG: the system starts no process");
      const child: Child = {
        number: all.length + 1,
        entry: start.entry,
        native,
        pid: native.pid,
        facade,
        asked: 0,
        answered: 0,
        end: undefined,
        isEndSeen: false,
        isEndTold: false,
        isUpClosed: !start.hasChannel,
        sent: 0,
        due: undefined,
        listens: false,
        waits: new Map(),
        error: undefined,
        reports: [],
      };
      all.push(child);
      listen(child);
      hooks.onCount(all);
      tell(child, { kind: "start", start });
      return child;
    },
    tell,
    kill(child, signal) {
      if (child.end !== undefined) return;
      child.native.kill(signal);
      // Whoever survives it has heard of it before it answers this.
      tell(child, { kind: "rest" });
    },
    busy: () => all.find(({ end, answered, asked }) => end === undefined && answered < asked),
    change: () => change.promise,
  };
}
