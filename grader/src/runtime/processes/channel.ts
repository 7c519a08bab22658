/** One end of the channel between a parent and a child, as a submission has it: `send`, `disconnect`, the events. */
import { deserialize, serialize } from "node:v8";
import { harmless, likeError } from "../program/native-errors.ts";
import type { EventEmitter } from "./emitter.ts";
import type { Serialization } from "./protocol.ts";

/** What becomes of what a submission does with its end. */
export interface ChannelHooks {
  readonly serialization: Serialization;
  /** Puts a message, which is a copy already, on its way. */
  transmit(value: unknown): void;
  /** Tells the other end that nothing more comes. */
  close(): void;
  /** Takes what a listener or callback throws. */
  onThrow(error: unknown): void;
}

/** The end of a channel that belongs to `owner`: a `ChildProcess`, or the `process` of a child. */
export class ChannelEnd {
  readonly #owner: EventEmitter;
  readonly #hooks: ChannelHooks;
  /** Messages that came before anybody listened: Node keeps them. */
  #unheard: unknown[] = [];
  #isOpen = true;
  /** What was asked for explicitly; else the listeners decide. */
  #isHeld: boolean | undefined;

  constructor(owner: EventEmitter, hooks: ChannelHooks) {
    this.#owner = owner;
    this.#hooks = hooks;
  }

  get connected(): boolean {
    return this.#isOpen;
  }

  /** Whether an end that keeps its process alive only for its listeners does so now. */
  get isHeldByListeners(): boolean {
    if (!this.#isOpen) return false;
    return (
      this.#isHeld ?? ["message", "disconnect"].some((name) => this.#owner.listenerCount(name) > 0)
    );
  }

  /** Whether an end that keeps its process alive by itself still does. */
  get isHeld(): boolean {
    return this.#isOpen && (this.#isHeld ?? true);
  }

  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
  }

  send(value: unknown, ...rest: readonly unknown[]): boolean {
    const callback = rest.find((argument) => typeof argument === "function") as
      | ((error: Error | null) => void)
      | undefined;
    const copy = this.#copyOf(value);
    if (!this.#isOpen) {
      this.#fail(coded("Channel closed", "ERR_IPC_CHANNEL_CLOSED"), callback);
      return false;
    }
    this.#hooks.transmit(copy);
    if (callback !== undefined) this.#soon(() => callback(null));
    return true;
  }

  disconnect(): void {
    if (!this.#isOpen) {
      this.#fail(coded("IPC channel is already disconnected", "ERR_IPC_DISCONNECTED"), undefined);
      return;
    }
    this.#isOpen = false;
    this.#unheard = [];
    this.#hooks.close();
    this.#soon(() => this.#owner.emit("disconnect"));
  }

  /** A message has come from the other end. */
  receive(value: unknown): void {
    if (!this.#isOpen) return;
    if (this.#owner.listenerCount("message") === 0) this.#unheard.push(value);
    else this.#emit("message", value);
  }

  /** Nothing more comes from the other end. */
  end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#unheard = [];
    this.#emit("disconnect");
  }

  /** To be called when the owner has got another listener. */
  heard(): void {
    if (this.#unheard.length === 0) return;
    this.#soon(() => {
      while (this.#isOpen && this.#unheard.length > 0 && this.#owner.listenerCount("message") > 0)
        this.#owner.emit("message", this.#unheard.shift());
    });
  }

  #copyOf(value: unknown): unknown {
    if (value === undefined)
      throw typeCoded('The "message" argument must be specified', "ERR_MISSING_ARGS");
    if (typeof value === "function" || typeof value === "symbol") {
      throw typeCoded(
        `The "message" argument must be one of type string, object, number, boolean, or bigint; it is a ${typeof value}`,
        "ERR_INVALID_ARG_TYPE",
      );
    }
    if (this.#hooks.serialization === "json") return JSON.parse(JSON.stringify(value)) as unknown;
    try {
      return deserialize(serialize(value)) as unknown;
    } catch (error) {
      throw harmless(error);
    }
  }

  #fail(error: Error, callback: ((error: Error) => void) | undefined): void {
    this.#soon(() => (callback === undefined ? this.#owner.emit("error", error) : callback(error)));
  }

  #emit(event: string, ...values: readonly unknown[]): void {
    try {
      this.#owner.emit(event, ...values);
    } catch (error) {
      this.#hooks.onThrow(error);
    }
  }

  /** After what runs now, as `process.nextTick` does it. */
  #soon(call: () => unknown): void {
    queueMicrotask(() => {
      try {
        call();
      } catch (error) {
        this.#hooks.onThrow(error);
      }
    });
  }
}

function coded(message: string, code: string): Error {
  return likeError({ name: "Error", code, message });
}

function typeCoded(message: string, code: string): Error {
  return likeError({ name: "TypeError", code, message });
}
