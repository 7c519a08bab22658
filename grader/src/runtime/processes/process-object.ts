/** `process` as a submission has it, in the parent and in a child: who it is, how it ends, and its channel. */
import { likeError } from "../program/native-errors.ts";
import type { ChannelEnd } from "./channel.ts";
import { EventEmitter, watchListeners } from "./emitter.ts";

/** What becomes of what a submission asks of its process. */
export interface ProcessHooks {
  readonly pid: number;
  readonly ppid: number;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  harden<T>(value: T): T;
  /** Virtual milliseconds since it began. */
  now(): number;
  exit(code: number): never;
  /** Sends a signal to the process `pid`; false if it may not. */
  kill(pid: number, signal: string): boolean;
  /** Takes a signal, or leaves it to the system, once nobody listens. */
  onSignal?(signal: string, isListenedTo: boolean): void;
  onThrow(error: unknown): void;
  /** Makes the end of its channel; none for a process that has no parent. */
  connect?(owner: EventEmitter): ChannelEnd;
}

/** The process of a submission. */
export interface KataProcess {
  /** What the submission gets. */
  readonly object: EventEmitter;
  readonly channel: ChannelEnd | undefined;
  /** Its `env`, and what that holds now. */
  readonly environment: Record<string, string | undefined>;
  env(): Readonly<Record<string, string>>;
  /** What it ends with if it ends now. */
  exitCode(): number;
}

/** Signals that a process may send or catch here. */
export const SIGNALS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGKILL: 9,
  SIGUSR2: 12,
  SIGTERM: 15,
};

/** The name of a signal; throws for one that cannot be sent here. */
export function signalName(signal: unknown): string {
  const name =
    typeof signal === "number"
      ? Object.keys(SIGNALS).find((known) => SIGNALS[known] === signal)
      : textOf(signal ?? "SIGTERM");
  if (name !== undefined && Object.hasOwn(SIGNALS, name)) return name;
  throw likeError({
    name: "TypeError",
    code: "ERR_UNKNOWN_SIGNAL",
    message: `Unknown signal: ${String(signal)}; here there is ${Object.keys(SIGNALS).join(", ")}`,
  });
}

/** The path that a submission sees of the program that runs it. */
export const EXEC_PATH = "/usr/bin/node";

/** Makes the `process` of a realm that is locked down. */
export function createProcess(hooks: ProcessHooks): KataProcess {
  const env = createEnv(hooks.env);
  let exitCode: number | undefined;

  class Process extends EventEmitter {
    get pid(): number {
      return hooks.pid;
    }
    get ppid(): number {
      return hooks.ppid;
    }
    get argv(): readonly string[] {
      return argv;
    }
    get execArgv(): readonly string[] {
      return execArgv;
    }
    get env(): object {
      return env;
    }
    get execPath(): string {
      return EXEC_PATH;
    }
    get platform(): string {
      return "linux";
    }
    get exitCode(): number | undefined {
      return exitCode;
    }
    set exitCode(code: number | undefined) {
      exitCode = code === undefined ? undefined : toCode(code);
    }
    exit(code?: unknown): never {
      if (code !== undefined) exitCode = toCode(code);
      return hooks.exit(exitCode ?? 0);
    }
    kill(pid: unknown, signal?: unknown): true {
      if (signal !== 0 && !hooks.kill(Number(pid), signalName(signal)))
        throw likeError({
          name: "Error",
          code: "EPERM",
          message: "kill EPERM: a process may send signals to itself and its children here",
        });
      return true;
    }
    nextTick(call: unknown, ...values: readonly unknown[]): void {
      if (typeof call !== "function") throw new TypeError("nextTick needs a function");
      queueMicrotask(() => {
        try {
          Reflect.apply(call as () => void, undefined, values);
        } catch (error) {
          hooks.onThrow(error);
        }
      });
    }
    cwd(): string {
      return "/kata";
    }
    uptime(): number {
      return hooks.now() / 1_000;
    }
  }

  const argv = [...hooks.argv];
  const execArgv: readonly string[] = [];
  const object = new Process();
  const channel = hooks.connect?.(object);
  if (channel !== undefined) addChannel(object, channel);
  watchListeners(object, (event, count) => {
    if (event === "message") channel?.heard();
    if (typeof event === "string" && Object.hasOwn(SIGNALS, event))
      hooks.onSignal?.(event, count > 0);
  });
  hooks.harden(Process);
  Object.freeze(object);
  return {
    object,
    channel,
    environment: env,
    env: () => ({ ...env }),
    exitCode: () => exitCode ?? 0,
  };
}

/** Only a process with a channel has these: `process.send` is how a module knows that it runs in a child. */
function addChannel(object: EventEmitter, channel: ChannelEnd): void {
  const control = Object.freeze({
    ref: () => channel.hold(true),
    unref: () => channel.hold(false),
  });
  Object.defineProperties(object, {
    send: { value: (value: unknown, ...rest: readonly unknown[]) => channel.send(value, ...rest) },
    disconnect: { value: () => channel.disconnect() },
    connected: { get: () => channel.connected },
    channel: { get: () => (channel.connected ? control : undefined) },
  });
}

/** Values of an environment are texts, whatever they are set to. */
function createEnv(values: Readonly<Record<string, string>>): Record<string, string> {
  const target: Record<string, string> = Object.assign(Object.create(null) as object, values);
  return new Proxy(target, {
    set(env, key, value: unknown) {
      if (typeof key === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
      env[key] = textOf(value);
      return true;
    },
    defineProperty(env, key, { value }) {
      if (typeof key === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
      env[key] = textOf(value as unknown);
      return true;
    },
  });
}

/** An environment for a child, out of what `fork` was given. */
export function envOf(given: unknown): Readonly<Record<string, string>> {
  if (typeof given !== "object" || given === null)
    throw new TypeError('The "options.env" property must be an object');
  return Object.fromEntries(
    Object.entries(given as Readonly<Record<string, unknown>>).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, textOf(value)] as const],
    ),
  );
}

function textOf(value: unknown): string {
  return [value].join("");
}

function toCode(code: unknown): number {
  const number = Number(code);
  if (Number.isInteger(number)) return number & 0xff;
  throw likeError({
    name: "TypeError",
    code: "ERR_INVALID_ARG_TYPE",
    message: 'The "code" argument must be an integer',
  });
}
