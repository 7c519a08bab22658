/**
 * @mutant item-comes-back
 * @bug The broker puts back what it gave to a child that has ended without asking again.
 * @killed-by P3c
 * @verdict violation
 * @diagnosis item-twice
 * @sees The reader has got x and was killed, and x comes out again.
 */
import { KataError } from "@concurrency-katas/grader/kit";

export interface Port {
  send(message: unknown, callback?: (error: Error | null) => void): boolean;
  on(event: "message" | "disconnect", listener: (message?: unknown) => void): unknown;
  off(event: "message" | "disconnect", listener: (message?: unknown) => void): unknown;
  readonly connected?: boolean;
}

interface Options {
  timeout?: number;
}

export interface IpcQueue<T> {
  put(item: T, options?: Options): Promise<void>;
  get(options?: Options): Promise<T>;
  putNowait(item: T): Promise<void>;
  getNowait(): Promise<T>;
  qsize(): Promise<number>;
  empty(): Promise<boolean>;
  full(): Promise<boolean>;
  close(): void;
}

export interface BrokerQueue<T> extends IpcQueue<T> {
  attach(port: Port): void;
}

type Call = "put" | "get" | "qsize" | "empty" | "full";

/** What a child asks for. `queue` counts the queues of its port, `id` the calls of this one. */
interface Request {
  readonly kataQueue: "request";
  readonly queue: number;
  readonly id: number;
  /** `leave`: nobody waits any more for what was asked for before. */
  readonly call: Call | "leave";
  readonly item?: unknown;
  readonly timeout?: number | undefined;
}

interface Reply {
  readonly kataQueue: "reply";
  readonly queue: number;
  readonly id: number;
  readonly code?: string | undefined;
  readonly value?: unknown;
}

function isMessage<M extends Request | Reply>(
  message: unknown,
  kind: M["kataQueue"],
  queue: number,
): message is M {
  if (typeof message !== "object" || message === null) return false;
  const { kataQueue, queue: of } = message as Partial<Request>;
  return (kataQueue as string) === kind && of === queue;
}

function send(port: Port, message: Request | Reply): void {
  // Who has gone in the meantime is told nothing more.
  if (port.connected !== false) port.send(message, () => undefined);
}

/** Queues of each port, counted in the same order on both sides. */
const attached = new WeakMap<Port, number>();
const opened = new WeakMap<Port, number>();

function nextOf(counts: WeakMap<Port, number>, port: Port): number {
  const next = (counts.get(port) ?? 0) + 1;
  counts.set(port, next);
  return next;
}

/** Ends a call: with the code of an error, or with a value. */
type Settle = (code: string | undefined, value?: unknown) => void;

/** The calls of a queue, whoever answers them. */
abstract class Calls<T> implements IpcQueue<T> {
  protected abstract ask(call: Call, item?: unknown, timeout?: number): Promise<unknown>;
  abstract close(): void;

  async put(item: T, { timeout }: Options = {}): Promise<void> {
    requireTimeout(timeout);
    await this.ask("put", item, timeout);
  }

  async get({ timeout }: Options = {}): Promise<T> {
    requireTimeout(timeout);
    return this.ask("get", undefined, timeout) as Promise<T>;
  }

  putNowait(item: T): Promise<void> {
    return this.put(item, { timeout: 0 });
  }

  getNowait(): Promise<T> {
    return this.get({ timeout: 0 });
  }

  qsize(): Promise<number> {
    return this.ask("qsize") as Promise<number>;
  }

  empty(): Promise<boolean> {
    return this.ask("empty") as Promise<boolean>;
  }

  full(): Promise<boolean> {
    return this.ask("full") as Promise<boolean>;
  }
}

function requireTimeout(timeout: number | undefined): void {
  if (timeout !== undefined && !(timeout >= 0)) throw new RangeError("timeout must be at least 0");
}

function settleWith(resolve: (value: unknown) => void, reject: (error: Error) => void): Settle {
  return (code, value) => {
    if (code === undefined) resolve(value);
    else reject(new KataError(code));
  };
}

/** Somebody who waits: in one list for room, with an item, in the other one for an item. */
interface Waiter {
  /** The port of a child, or the broker itself. */
  readonly who: object;
  readonly item: unknown;
  readonly timeout: number | undefined;
  readonly settle: Settle;
  /** What the call rejects with when it gives up. */
  readonly late: "FULL" | "EMPTY";
  timer: NodeJS.Timeout | undefined;
}

/** The owner of the items: whatever happens to one of them happens here. */
class Broker<T> extends Calls<T> implements BrokerQueue<T> {
  readonly #maxsize: number;
  readonly #items: unknown[] = [];
  /** Both in the order of their coming. */
  readonly #getters = new Set<Waiter>();
  readonly #putters = new Set<Waiter>();
  #isClosed = false;

  constructor(maxsize: number) {
    super();
    this.#maxsize = maxsize > 0 ? maxsize : Infinity;
  }

  attach(port: Port): void {
    const queue = nextOf(attached, port);
    let taken: { readonly value: unknown } | undefined;
    const onMessage = (message: unknown): void => {
      if (!isMessage<Request>(message, "request", queue)) return;
      const { id, call, item, timeout } = message;
      if (call === "leave") return this.#drop(port);
      taken = undefined;
      const settle: Settle = (code, value) => {
        send(port, { kataQueue: "reply", queue, id, code, value });
        if (call === "get" && code === undefined) taken = { value };
      };
      this.#serve(call, { who: port, item, timeout, settle });
    };
    const onDisconnect = (): void => {
      port.off("message", onMessage);
      port.off("disconnect", onDisconnect);
      this.#drop(port);
      if (taken !== undefined) this.#items.unshift(taken.value);
      this.#pump();
    };
    port.on("message", onMessage);
    port.on("disconnect", onDisconnect);
  }

  protected ask(call: Call, item?: unknown, timeout?: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#serve(call, { who: this, item, timeout, settle: settleWith(resolve, reject) });
    });
  }

  /** One call, of a child or of the parent itself. */
  #serve(call: Call, asker: Omit<Waiter, "late" | "timer">): void {
    const { settle } = asker;
    if (this.#isClosed) return settle("CLOSED");
    switch (call) {
      case "put":
        return this.#wait(this.#putters, { ...asker, late: "FULL", timer: undefined });
      case "get":
        return this.#wait(this.#getters, { ...asker, late: "EMPTY", timer: undefined });
      case "qsize":
        return settle(undefined, this.#items.length);
      case "empty":
        return settle(undefined, this.#items.length === 0);
      case "full":
        return settle(undefined, this.#items.length >= this.#maxsize);
    }
  }

  #wait(list: Set<Waiter>, waiter: Waiter): void {
    list.add(waiter);
    this.#pump();
    if (!list.has(waiter) || waiter.timeout === undefined) return;
    if (waiter.timeout === 0) this.#finish(waiter, waiter.late);
    else waiter.timer = setTimeout(() => this.#finish(waiter, waiter.late), waiter.timeout);
  }

  /** Serves whoever can be served: the one place where items move. */
  #pump(): void {
    for (;;) {
      const [getter] = this.#getters;
      const [putter] = this.#putters;
      if (getter !== undefined && this.#items.length > 0) {
        this.#finish(getter, undefined, this.#items.shift());
      } else if (putter !== undefined && this.#items.length < this.#maxsize) {
        this.#items.push(putter.item);
        this.#finish(putter, undefined);
      } else return;
    }
  }

  #finish(waiter: Waiter, code: string | undefined, value?: unknown): void {
    this.#forget(waiter);
    waiter.settle(code, value);
  }

  #forget(waiter: Waiter): void {
    this.#getters.delete(waiter);
    this.#putters.delete(waiter);
    clearTimeout(waiter.timer);
  }

  /** Forgets whatever somebody waits for. */
  #drop(who: object): void {
    for (const waiter of [...this.#getters, ...this.#putters])
      if (waiter.who === who) this.#forget(waiter);
  }

  close(): void {
    this.#isClosed = true;
    for (const waiter of [...this.#getters, ...this.#putters]) this.#finish(waiter, "CLOSED");
  }
}

/** The queue of a child: it only asks, and the broker decides. */
class Remote<T> extends Calls<T> {
  readonly #port: Port;
  readonly #queue: number;
  readonly #pending = new Map<number, Settle>();
  #last = 0;
  #isClosed = false;

  constructor(port: Port) {
    super();
    this.#port = port;
    this.#queue = nextOf(opened, port);
  }

  protected ask(call: Call, item?: unknown, timeout?: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed || this.#port.connected === false) throw new KataError("CLOSED");
      if (this.#pending.size === 0) this.#listen();
      const id = ++this.#last;
      this.#pending.set(id, settleWith(resolve, reject));
      this.#send({ id, call, item, timeout });
    });
  }

  #send(request: Omit<Request, "kataQueue" | "queue">): void {
    send(this.#port, { kataQueue: "request", queue: this.#queue, ...request });
  }

  /** Listens as long as there is something to hear, and no longer: who listens stays alive. */
  #listen(): void {
    this.#port.on("message", this.#onMessage);
    this.#port.on("disconnect", this.#onDisconnect);
  }

  #settle(id: number, code: string | undefined, value?: unknown): void {
    const settle = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) {
      this.#port.off("message", this.#onMessage);
      this.#port.off("disconnect", this.#onDisconnect);
    }
    settle?.(code, value);
  }

  readonly #onMessage = (message: unknown): void => {
    if (!isMessage<Reply>(message, "reply", this.#queue)) return;
    this.#settle(message.id, message.code, message.value);
  };

  readonly #onDisconnect = (): void => {
    for (const id of this.#pending.keys()) this.#settle(id, "CLOSED");
  };

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#pending.size > 0) this.#send({ id: 0, call: "leave" });
    this.#onDisconnect();
  }
}

export function createQueue<T>({ maxsize = 0 }: { maxsize?: number } = {}): BrokerQueue<T> {
  return new Broker<T>(maxsize);
}

export function openQueue<T>(port: Port = process as unknown as Port): IpcQueue<T> {
  return new Remote<T>(port);
}
