/** `fork` and `spawn` of a submission: they start modules of the kata in real processes, and nothing else. */
import { modulePath } from "../sealed/url.ts";
import { likeError, withoutNativeErrors } from "../program/native-errors.ts";
import { ChannelEnd } from "./channel.ts";
import { EventEmitter, watchListeners } from "./emitter.ts";
import { EXEC_PATH, envOf, signalName } from "./process-object.ts";
import type { ChildStart, Serialization } from "./protocol.ts";

/** A child as the engine has it. */
export interface Kin {
  readonly number: number;
  readonly pid: number;
  transmit(value: unknown): void;
  close(): void;
  /** Sends a signal; false when the parent knows already that the child has ended. */
  kill(signal: string): boolean;
}

/** A child as the submission has it, seen from the engine. */
export interface Facade {
  receive(value: unknown): void;
  disconnected(): void;
  exited(code: number | null, signal: string | null): void;
  /** Whether the parent stays alive for it. */
  isHeld(): boolean;
}

/** What the engine does for them. */
export interface FamilyHooks {
  /** The modules that a child may run. */
  readonly entries: ReadonlySet<string>;
  hrefOf(value: unknown): string | undefined;
  harden<T>(value: T): T;
  /** The environment of the parent at this moment. */
  env(): Readonly<Record<string, string>>;
  /** Starts a process. */
  start(
    start: Omit<ChildStart, "modules">,
    options: { readonly isDetached: boolean; readonly facade: Facade },
  ): Kin;
  onThrow(error: unknown): void;
}

interface Options {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly serialization: Serialization;
  readonly isDetached: boolean;
  readonly hasChannel: boolean;
}

/** Makes the module `node:child_process` of a realm that is locked down. */
export function createFamily(hooks: FamilyHooks): {
  readonly fork: (specifier: unknown, first?: unknown, second?: unknown) => EventEmitter;
} {
  const token = {};

  class ChildProcess extends EventEmitter {
    #kin!: Kin;
    readonly #channel: ChannelEnd | undefined;
    #exitCode: number | null = null;
    #signalCode: string | null = null;
    #isKilled = false;
    #isHeld = true;
    readonly #args: readonly string[];

    constructor(key: unknown, entry: string, options: Options) {
      if (key !== token) throw new TypeError("Illegal constructor");
      super();
      this.#args = [EXEC_PATH, entry, ...options.args];
      if (options.hasChannel) {
        this.#channel = new ChannelEnd(this, {
          serialization: options.serialization,
          transmit: (value) => this.#kin.transmit(value),
          close: () => this.#kin.close(),
          onThrow: hooks.onThrow,
        });
      }
      watchListeners(this, (event) => {
        if (event === "message") this.#channel?.heard();
      });
      this.#kin = hooks.start(
        {
          entry,
          argv: this.#args,
          env: options.env,
          serialization: options.serialization,
          hasChannel: options.hasChannel,
        },
        { isDetached: options.isDetached, facade: this.#facade() },
      );
      queueMicrotask(() => this.#tell("spawn"));
    }

    get pid(): number {
      return this.#kin.pid;
    }
    get connected(): boolean {
      return this.#channel?.connected ?? false;
    }
    get channel(): object | undefined {
      const channel = this.#channel;
      if (channel?.connected !== true) return undefined;
      return hooks.harden({ ref: () => channel.hold(true), unref: () => channel.hold(false) });
    }
    get exitCode(): number | null {
      return this.#exitCode;
    }
    get signalCode(): string | null {
      return this.#signalCode;
    }
    get killed(): boolean {
      return this.#isKilled;
    }
    get spawnfile(): string {
      return EXEC_PATH;
    }
    get spawnargs(): readonly string[] {
      return [...this.#args];
    }
    get stdin(): null {
      return null;
    }
    get stdout(): null {
      return null;
    }
    get stderr(): null {
      return null;
    }

    send(value: unknown, ...rest: readonly unknown[]): boolean {
      const channel = this.#channel ?? noChannel("send");
      return withoutNativeErrors(() => channel.send(value, ...rest));
    }

    disconnect(): void {
      (this.#channel ?? noChannel("disconnect")).disconnect();
    }

    kill(signal?: unknown): boolean {
      const hasEnded = this.#exitCode !== null || this.#signalCode !== null;
      if (signal === 0) return !hasEnded;
      const name = signalName(signal);
      if (hasEnded || !this.#kin.kill(name)) return false;
      this.#isKilled = true;
      return true;
    }

    ref(): void {
      this.#isHeld = true;
    }

    unref(): void {
      this.#isHeld = false;
    }

    #facade(): Facade {
      return {
        receive: (value) => this.#channel?.receive(value),
        disconnected: () => this.#channel?.end(),
        exited: (code, signal) => {
          this.#exitCode = code;
          this.#signalCode = signal;
          this.#tell("exit", code, signal);
          this.#tell("close", code, signal);
        },
        isHeld: () =>
          (this.#isHeld && this.#exitCode === null && this.#signalCode === null) ||
          (this.#channel?.isHeld ?? false),
      };
    }

    #tell(event: string, ...values: readonly unknown[]): void {
      try {
        this.emit(event, ...values);
      } catch (error) {
        hooks.onThrow(error);
      }
    }
  }

  const entryOf = (specifier: unknown): string => {
    const href = hooks.hrefOf(specifier) ?? (typeof specifier === "string" ? specifier : undefined);
    const path = href === undefined ? undefined : (modulePath(href) ?? href);
    if (path !== undefined && hooks.entries.has(path)) return path;
    const known = [...hooks.entries].join(", ");
    throw new TypeError(
      `${href ?? "this"} cannot be started as a process: take new URL("./a-module.ts", import.meta.url) of ${known}`,
    );
  };

  return hooks.harden({
    ChildProcess,
    fork(specifier: unknown, first?: unknown, second?: unknown) {
      const [args, options] = Array.isArray(first) ? [first, second] : [[], first ?? second];
      return new ChildProcess(
        token,
        entryOf(specifier),
        readOptions(args, options, "fork", hooks.env),
      );
    },
    spawn(command: unknown, first?: unknown, second?: unknown) {
      const [args, options] = Array.isArray(first) ? [first as unknown[], second] : [[], first];
      if (command !== EXEC_PATH && command !== "node")
        throw new TypeError("spawn() starts process.execPath here, and nothing else");
      const [file, ...rest] = args;
      return new ChildProcess(token, entryOf(file), readOptions(rest, options, "spawn", hooks.env));
    },
  });
}

function noChannel(method: string): never {
  throw likeError({
    name: "TypeError",
    code: "",
    message: `child.${method} is not a function: the process was spawned without an "ipc" channel`,
  });
}

/** Options of Node that would reach past the compartment, or that nothing here stands for. */
const refused = [
  "execArgv",
  "execPath",
  "cwd",
  "shell",
  "uid",
  "gid",
  "argv0",
  "signal",
  "timeout",
  "killSignal",
];

function readOptions(
  args: readonly unknown[],
  options: unknown,
  by: "fork" | "spawn",
  parentEnv: () => Readonly<Record<string, string>>,
): Options {
  if (options !== undefined && (typeof options !== "object" || options === null))
    throw new TypeError(`the options of ${by}() must be an object`);
  const given = (options ?? {}) as Readonly<Record<string, unknown>>;
  for (const name of refused) {
    const value = given[name];
    if (value === undefined || value === false || (Array.isArray(value) && value.length === 0))
      continue;
    throw new TypeError(`the option "${name}" of ${by}() cannot be used here`);
  }
  const { stdio, env, serialization = "json", detached } = given;
  if (serialization !== "json" && serialization !== "advanced")
    throw new TypeError('the option "serialization" must be "json" or "advanced"');
  const hasIpc = Array.isArray(stdio) && stdio.includes("ipc");
  if (by === "fork" && Array.isArray(stdio) && !hasIpc) {
    throw likeError({
      name: "Error",
      code: "ERR_CHILD_PROCESS_IPC_REQUIRED",
      message: "Forked processes must have an IPC channel, missing value 'ipc' in options.stdio",
    });
  }
  return {
    args: args.map(String),
    env: env === undefined ? { ...parentEnv() } : envOf(env),
    serialization,
    isDetached: detached === true,
    hasChannel: by === "fork" || hasIpc,
  };
}
