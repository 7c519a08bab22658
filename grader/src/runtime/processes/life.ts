/**
 * The life of a child process. It runs one module of the kata, with a `process` that has a channel to the parent. Whatever it is told, it tells when it has come to rest: nothing in it can go on by itself, but for its
 * timers, whose time comes from outside. When nothing keeps it alive, it ends as Node would end it.
 */
import { plainOf } from "../tasks/plain.ts";
import { modulePath } from "../sealed/url.ts";
import { describeError } from "../stress/described.ts";
import { likeError } from "../program/native-errors.ts";
import { ChannelEnd } from "./channel.ts";
import type { EventEmitter } from "./emitter.ts";
import { type Prepare, settle } from "./globals.ts";
import { recordCall } from "../recorded-call.ts";
import { type KataProcess, createProcess } from "./process-object.ts";
import {
  type ChildAction,
  type ChildCommand,
  type ChildReport,
  type ChildStart,
  IMPORT_NAME,
  type ModulePart,
} from "./protocol.ts";

/** Makes this process a child, prepared by `prepare`. */
export function live(prepare: Prepare): void {
  const send = (process.send as (report: ChildReport, onSent: () => void) => boolean).bind(process);
  /** Reports that are not yet on their way: who ends now, as `process.exit` does, loses them. */
  let unsent = 0;

  function report(what: ChildReport): void {
    unsent++;
    send(what, () => unsent--);
  }

  const locked = prepare(Number(process.argv[2]), fail);
  const { realm, clock, site } = locked;

  /** Ends as an error ends a process that nobody catches. */
  function fail(error: unknown): never {
    const described = describeError(error, realm);
    const entry =
      described.frames.find((frame) => frame.entry !== undefined)?.entry ?? start?.entry;
    report({ kind: "failed", entry: entry ?? "", error: described });
    return process.exit(1);
  }

  let start: ChildStart | undefined;
  let self: KataProcess | undefined;
  /** Gates that a job waits at, with what lets it go on. */
  const waits = new Map<string, (() => void)[]>();
  const opened = new Set<string>();
  /** Recorded operations up to now. */
  let operations = 0;
  const modules = new Map<string, Promise<unknown>>();
  const parts = new Map<string, unknown>();

  function begin(given: ChildStart): void {
    start = given;
    self = createProcess({
      pid: process.pid,
      ppid: process.ppid,
      argv: given.argv,
      env: given.env,
      harden: realm.harden,
      now: clock.now,
      exit: (code) => exit(code, true),
      kill(pid, signal) {
        if (pid !== process.pid) return false;
        return process.kill(pid, signal);
      },
      onSignal: listenTo,
      onThrow: fail,
      ...(given.hasChannel ? { connect: connectTo(given) } : {}),
    });
    void load(given.entry).catch(fail);
  }

  const connectTo =
    ({ serialization }: ChildStart) =>
    (owner: EventEmitter): ChannelEnd =>
      new ChannelEnd(owner, {
        serialization,
        transmit: (value) => report({ kind: "message", value, site: site() }),
        close: () => report({ kind: "disconnect", site: site() }),
        onThrow: fail,
      });

  /** Signals that the submission listens to, with the listener of ours. */
  const listeners = new Map<string, () => void>();

  function listenTo(signal: string, isListenedTo: boolean): void {
    const known = listeners.get(signal);
    if (isListenedTo === (known !== undefined)) return;
    if (known !== undefined) {
      listeners.delete(signal);
      process.off(signal as NodeJS.Signals, known);
      return;
    }
    const listener = (): void => {
      try {
        self?.object.emit(signal, signal);
      } catch (error) {
        fail(error);
      }
    };
    listeners.set(signal, listener);
    process.on(signal as NodeJS.Signals, listener);
  }

  /** Ends with `code`. What is asked for ends at once and loses what is not sent; else it has all been sent. */
  function exit(code: number, isAsked: boolean): never {
    report({ kind: "ends", code, site: isAsked ? site() : undefined });
    try {
      self?.object.emit("exit", code);
    } catch {
      // It ends all the same.
    }
    return process.exit(code);
  }

  // A process with a history of its own cannot be frozen, only what it is made of.
  const scope = (): Readonly<Record<string, unknown>> => ({
    ...locked.globals,
    process: self?.object,
    [IMPORT_NAME]: importModule,
  });

  /** The module of the kata at `path`: one instance, however often it is imported. */
  function load(path: string): Promise<unknown> {
    const known = modules.get(path);
    if (known !== undefined) return known;
    const found = start?.modules.find(({ entry }) => entry === path);
    const loaded = (async () => {
      if (found === undefined) {
        throw likeError({
          name: "Error",
          code: "ERR_MODULE_NOT_FOUND",
          message: `Cannot find module '${path}'`,
        });
      }
      const own = path.startsWith("given/") ? { harness } : {};
      const factory = realm.compile(found.code, { ...scope(), ...own }, path);
      const imported = found.parts.map((part) => [part.entry, loadPart(part)] as const);
      return Promise.resolve(
        factory.instantiate({ ...imports(), ...Object.fromEntries(imported) }),
      );
    })();
    modules.set(path, loaded);
    return loaded;
  }

  /** What a given module imports of the submission: it shares an instance of it with the others, and no scope. */
  function loadPart({ entry, code }: ModulePart): unknown {
    const known = parts.get(entry);
    if (known !== undefined) return known;
    const loaded = realm.compile(code, scope(), entry).instantiate(imports());
    parts.set(entry, loaded);
    return loaded;
  }

  function importModule(specifier: unknown): Promise<unknown> {
    const href = locked.hrefOf(specifier) ?? String(specifier);
    return load(modulePath(href) ?? href);
  }

  function imports(): Readonly<Record<string, unknown>> {
    return {
      ...locked.modules,
      "node:process": self?.object,
      "node:child_process": childProcess,
    };
  }

  const childProcess = realm.harden({ fork: nested, spawn: nested });

  function nested(): never {
    report({ kind: "nested", site: site() });
    throw likeError({
      name: "Error",
      code: "NESTED",
      message: "a child of this kata starts no processes of its own",
    });
  }

  /** What a given module may use beside Node: how the scenario holds its jobs, and what they say. */
  const harness = realm.harden({
    gate(name: unknown): Promise<void> {
      const gate = String(name);
      if (opened.has(gate)) return Promise.resolve();
      report({ kind: "arrive", gate, site: site() });
      return new Promise((resolve) => {
        waits.set(gate, [...(waits.get(gate) ?? []), resolve]);
      });
    },
    operation(name: unknown, args: unknown, call: () => unknown): unknown {
      const operation = operations++;
      const said = { name: String(name), args: plainOf(args) as readonly unknown[] };
      report({ kind: "called", operation, ...said, site: site() });
      return recordCall(call, (outcome) => report({ kind: "answered", operation, outcome }));
    },
    note(text: unknown): void {
      report({ kind: "note", text: String(text).slice(0, 1_000) });
    },
  });

  function act(action: ChildAction, now: number): void {
    switch (action.kind) {
      case "start":
        return begin(action.start);
      case "message":
        return self?.channel?.receive(action.value);
      case "disconnect":
        return self?.channel?.end();
      case "gate": {
        opened.add(action.gate);
        const resolves = waits.get(action.gate) ?? [];
        waits.delete(action.gate);
        for (const resolve of resolves) resolve();
        return undefined;
      }
      case "tick":
        if ((clock.due() ?? Infinity) <= now) clock.fireNext();
        return undefined;
      case "exit":
        return exit(action.code, false);
      case "rest":
        return undefined;
    }
  }

  const isAlive = (): boolean =>
    waits.size > 0 || clock.held() > 0 || (self?.channel?.isHeldByListeners ?? false);

  async function obey({ seq, now, action }: ChildCommand): Promise<void> {
    clock.moveTo(now);
    act(action, now);
    // A signal that was sent before the command may be seen one turn after it.
    await new Promise<void>((resolve) => setImmediate(resolve));
    await settle(clock, () => unsent > 0);
    if (!isAlive()) exit(self?.exitCode() ?? 0, false);
    report({
      kind: "rests",
      seq,
      due: clock.due(),
      listens: (self?.object.listenerCount("message") ?? 0) > 0,
    });
  }

  process.on("unhandledRejection", fail);
  process.on("uncaughtException", fail);
  process.on("message", (command: ChildCommand) => {
    void obey(command).catch(fail);
  });
  // The parent is gone, and nobody wants to know what becomes of its children.
  process.on("disconnect", () => process.exit(1));
}
