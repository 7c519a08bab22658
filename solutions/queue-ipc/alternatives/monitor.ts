/** @alternative monitor — the owner is a monitor: a lock made of a chain of promises, and a condition to wait for. */
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

/** One section at a time: each begins when the one before it is over. */
class Mutex {
  #last: Promise<void> = Promise.resolve();

  async lock(): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = this.#last;
    this.#last = promise;
    await before;
    return resolve;
  }
}

/** Where those sleep who found that they cannot go on. */
class Condition {
  #sleepers: (() => void)[] = [];

  async wait(mutex: Mutex, unlock: () => void): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#sleepers.push(resolve);
    unlock();
    await promise;
    return mutex.lock();
  }

  notifyAll(): void {
    for (const wake of this.#sleepers.splice(0)) wake();
  }
}

/** A place in the line for room, or in that for items. */
interface Ticket {
  isLate: boolean;
  isGone: boolean;
}

interface Limit {
  readonly timeout: number | undefined;
  /** The caller: a port, or the monitor. */
  readonly who: object;
}

class Monitor {
  readonly #mutex = new Mutex();
  readonly #changed = new Condition();
  readonly #room: number;
  readonly #items: unknown[] = [];
  readonly #putters: Ticket[] = [];
  readonly #getters: Ticket[] = [];
  readonly #tickets = new Map<Ticket, object>();
  #isClosed = false;

  constructor(room: number) {
    this.#room = room;
  }

  put(item: unknown, limit: Limit): Promise<unknown> {
    return this.#inLine(this.#putters, limit, {
      free: () => this.#room - this.#items.length,
      late: "FULL",
      act: () => void this.#items.push(item),
    });
  }

  get(limit: Limit): Promise<unknown> {
    return this.#inLine(this.#getters, limit, {
      free: () => this.#items.length,
      late: "EMPTY",
      act: () => this.#items.shift(),
    });
  }

  async size(): Promise<number> {
    const unlock = await this.#mutex.lock();
    const { length } = this.#items;
    unlock();
    if (this.#isClosed) throw new KataError("CLOSED");
    return length;
  }

  get room(): number {
    return this.#room;
  }

  async #inLine(
    line: Ticket[],
    { timeout, who }: Limit,
    what: { free: () => number; late: string; act: () => unknown },
  ): Promise<unknown> {
    const ticket: Ticket = { isLate: timeout === 0, isGone: false };
    line.push(ticket);
    this.#tickets.set(ticket, who);
    const timer =
      timeout === undefined || timeout === 0
        ? undefined
        : setTimeout(() => {
            ticket.isLate = true;
            this.#changed.notifyAll();
          }, timeout);
    let unlock = await this.#mutex.lock();
    try {
      for (;;) {
        if (this.#isClosed || ticket.isGone) throw new KataError("CLOSED");
        const before = line.indexOf(ticket);
        const isEnough = what.free() > before;
        if (isEnough && before === 0) return what.act();
        // Who has room, but somebody before him, waits for that one even if it is late.
        if (ticket.isLate && !isEnough) throw new KataError(what.late);
        unlock = await this.#changed.wait(this.#mutex, unlock);
      }
    } finally {
      clearTimeout(timer);
      line.splice(line.indexOf(ticket), 1);
      this.#tickets.delete(ticket);
      this.#changed.notifyAll();
      unlock();
    }
  }

  forget(who: object): void {
    for (const [ticket, owner] of this.#tickets) if (owner === who) ticket.isGone = true;
    this.#changed.notifyAll();
  }

  close(): void {
    this.#isClosed = true;
    this.#changed.notifyAll();
  }
}

type Verb = "put" | "get" | "qsize" | "empty" | "full" | "forget";

/** A call as it crosses a port: `["monitor", queue, number, verb, item, timeout]`, answered by `["monitor", queue, number, code, value]`. */
type Packet = readonly ["monitor" | "answer", number, number, string, unknown, (number | null)?];

function isPacket(message: unknown, kind: Packet[0], queue: number): message is Packet {
  return Array.isArray(message) && message[0] === kind && message[1] === queue;
}

const places = new WeakMap<Port, { attached: number; opened: number }>();

function placeOn(port: Port, side: "attached" | "opened"): number {
  const known = places.get(port) ?? { attached: 0, opened: 0 };
  places.set(port, known);
  return known[side]++;
}

function timeoutOf(options: Options | undefined): number | undefined {
  const timeout = options?.timeout;
  if (timeout !== undefined && !(timeout >= 0)) throw new RangeError(`timeout ${timeout}`);
  return timeout;
}

class MonitorQueue<T> implements BrokerQueue<T> {
  readonly #monitor: Monitor;

  constructor(room: number) {
    this.#monitor = new Monitor(room);
  }

  async put(item: T, options?: Options): Promise<void> {
    await this.#do("put", { item, timeout: timeoutOf(options), who: this });
  }

  async get(options?: Options): Promise<T> {
    return (await this.#do("get", { timeout: timeoutOf(options), who: this })) as T;
  }

  async putNowait(item: T): Promise<void> {
    await this.put(item, { timeout: 0 });
  }

  async getNowait(): Promise<T> {
    return this.get({ timeout: 0 });
  }

  async qsize(): Promise<number> {
    return this.#monitor.size();
  }

  async empty(): Promise<boolean> {
    return (await this.#monitor.size()) === 0;
  }

  async full(): Promise<boolean> {
    return (await this.#monitor.size()) >= this.#monitor.room;
  }

  close(): void {
    this.#monitor.close();
  }

  async #do(verb: Verb, limit: Limit & { readonly item?: unknown }): Promise<unknown> {
    switch (verb) {
      case "put":
        return this.#monitor.put(limit.item, limit);
      case "get":
        return this.#monitor.get(limit);
      case "forget":
        return this.#monitor.forget(limit.who);
      default:
        return this[verb]();
    }
  }

  attach(port: Port): void {
    const queue = placeOn(port, "attached");
    const answer = (number: number, code: string, value?: unknown): void => {
      const packet: Packet = ["answer", queue, number, code, value];
      if (port.connected !== false) port.send(packet, () => {});
    };
    const listener = (message: unknown): void => {
      if (!isPacket(message, "monitor", queue)) return;
      const [, , number, verb, item, timeout] = message;
      this.#do(verb as Verb, { item, timeout: timeout ?? undefined, who: port }).then(
        (value) => answer(number, "", value),
        (error: KataError) => answer(number, error.code),
      );
    };
    const leave = (): void => {
      port.off("message", listener);
      port.off("disconnect", leave);
      this.#monitor.forget(port);
    };
    port.on("message", listener);
    port.on("disconnect", leave);
  }
}

class PortQueue<T> implements IpcQueue<T> {
  readonly #port: Port;
  readonly #queue: number;
  readonly #calls = new Map<number, PromiseWithResolvers<unknown>>();
  #number = 0;
  #isOpen = true;

  constructor(port: Port) {
    this.#port = port;
    this.#queue = placeOn(port, "opened");
  }

  async #call(verb: Verb, item?: unknown, timeout: number | null = null): Promise<unknown> {
    if (!this.#isOpen || this.#port.connected === false) throw new KataError("CLOSED");
    const number = this.#number++;
    const call = Promise.withResolvers<unknown>();
    this.#calls.set(number, call);
    const listener = (message: unknown): void => {
      if (!isPacket(message, "answer", this.#queue) || message[2] !== number) return;
      const [, , , code, value] = message;
      if (code === "") call.resolve(value);
      else call.reject(new KataError(code));
    };
    const gone = (): void => call.reject(new KataError("CLOSED"));
    this.#port.on("message", listener);
    this.#port.on("disconnect", gone);
    const packet: Packet = ["monitor", this.#queue, number, verb, item, timeout];
    this.#port.send(packet, () => {});
    try {
      return await call.promise;
    } finally {
      this.#port.off("message", listener);
      this.#port.off("disconnect", gone);
      this.#calls.delete(number);
    }
  }

  async put(item: T, options?: Options): Promise<void> {
    await this.#call("put", item, timeoutOf(options));
  }

  async get(options?: Options): Promise<T> {
    return (await this.#call("get", undefined, timeoutOf(options))) as T;
  }

  async putNowait(item: T): Promise<void> {
    await this.#call("put", item, 0);
  }

  async getNowait(): Promise<T> {
    return (await this.#call("get", undefined, 0)) as T;
  }

  async qsize(): Promise<number> {
    return (await this.#call("qsize")) as number;
  }

  async empty(): Promise<boolean> {
    return (await this.#call("empty")) as boolean;
  }

  async full(): Promise<boolean> {
    return (await this.#call("full")) as boolean;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.#calls.size === 0) return;
    const packet: Packet = ["monitor", this.#queue, -1, "forget", undefined, null];
    if (this.#port.connected !== false) this.#port.send(packet, () => {});
    for (const call of this.#calls.values()) call.reject(new KataError("CLOSED"));
  }
}

export function createQueue<T>(o?: { maxsize?: number }): BrokerQueue<T> {
  const { maxsize = 0 } = o ?? {};
  return new MonitorQueue(maxsize === 0 ? Infinity : maxsize);
}

export function openQueue<T>(port?: Port): IpcQueue<T> {
  return new PortQueue(port ?? (process as unknown as Port));
}
