/** @alternative credits — two heaps of tokens, for room and for items; a child has the timer, and asks the owner to take its wish back. */
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

/** Tokens for those who want one, in the order of their coming. */
class Tokens {
  #free: number;
  readonly #wishes: (() => void)[] = [];

  constructor(free: number) {
    this.#free = free;
  }

  /** Has `use` called with a token, now or later; gives the way to take the wish back, true if it was still there. */
  take(use: () => void): () => boolean {
    if (this.#free === 0) this.#wishes.push(use);
    else {
      this.#free--;
      use();
    }
    return () => {
      const at = this.#wishes.indexOf(use);
      if (at !== -1) this.#wishes.splice(at, 1);
      return at !== -1;
    };
  }

  give(): void {
    const wish = this.#wishes.shift();
    if (wish === undefined) this.#free++;
    else wish();
  }
}

type Verb = "put" | "get" | "qsize" | "empty" | "full";
type Outcome = { readonly code?: string; readonly value?: unknown };

/** A wish that has not come true yet. */
interface Wish {
  readonly verb: "put" | "get";
  readonly takeBack: () => boolean;
}

/** The owner of the items: one token for each place that is free, one for each item that is there. */
class Store {
  readonly #room: number;
  readonly #places: Tokens;
  readonly #there = new Tokens(0);
  readonly #items: unknown[] = [];
  isClosed = false;

  constructor(room: number) {
    this.#room = room;
    this.#places = new Tokens(room);
  }

  put(item: unknown, tell: (outcome: Outcome) => void): () => boolean {
    return this.#places.take(() => {
      this.#items.push(item);
      tell({});
      this.#there.give();
    });
  }

  get(tell: (outcome: Outcome) => void): () => boolean {
    return this.#there.take(() => {
      tell({ value: this.#items.shift() });
      this.#places.give();
    });
  }

  look(verb: "qsize" | "empty" | "full"): number | boolean {
    const { length } = this.#items;
    if (verb === "qsize") return length;
    return verb === "empty" ? length === 0 : length >= this.#room;
  }
}

/** One who has wishes: the parent, or a child on its port. */
class Desk {
  readonly #store: Store;
  readonly #wishes = new Map<number, Wish>();
  readonly #tell: (call: number, outcome: Outcome) => void;

  constructor(store: Store, tell: (call: number, outcome: Outcome) => void) {
    this.#store = store;
    this.#tell = tell;
  }

  wish(call: number, verb: Verb, { item, once }: { item?: unknown; once: boolean }): void {
    if (this.#store.isClosed) return this.#tell(call, { code: "CLOSED" });
    if (verb !== "put" && verb !== "get")
      return this.#tell(call, { value: this.#store.look(verb) });
    let isOver = false;
    const tell = (outcome: Outcome): void => {
      isOver = true;
      this.#wishes.delete(call);
      this.#tell(call, outcome);
    };
    const takeBack = verb === "put" ? this.#store.put(item, tell) : this.#store.get(tell);
    if (isOver) return undefined;
    this.#wishes.set(call, { verb, takeBack });
    return once ? this.late(call) : undefined;
  }

  /** Takes a wish back; whoever was faster has been told already. */
  late(call: number): void {
    const wish = this.#wishes.get(call);
    if (wish?.takeBack() !== true) return;
    this.#wishes.delete(call);
    this.#tell(call, { code: wish.verb === "put" ? "FULL" : "EMPTY" });
  }

  /** Takes all of them back: silently, or with a code. */
  leave(code?: string): void {
    for (const [call, { takeBack }] of this.#wishes) {
      takeBack();
      if (code !== undefined) this.#tell(call, { code });
    }
    this.#wishes.clear();
  }
}

interface Way {
  readonly wish: (
    call: number,
    verb: Verb,
    what: { readonly item?: unknown; readonly once: boolean },
  ) => void;
  readonly late: (call: number) => void;
}

/** The caller's side: has the timers, and waits for the answers. */
class Caller<T> {
  readonly #way: Way;
  readonly #calls = new Map<number, (outcome: Outcome) => void>();
  #next = 0;

  constructor(way: Way) {
    this.#way = way;
  }

  get isWaiting(): boolean {
    return this.#calls.size > 0;
  }

  answer(call: number, outcome: Outcome): void {
    const known = this.#calls.get(call);
    this.#calls.delete(call);
    known?.(outcome);
  }

  answerAll(code: string): void {
    for (const call of this.#calls.keys()) this.answer(call, { code });
  }

  ask(verb: Verb, item?: unknown, timeout?: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (timeout !== undefined && !(timeout >= 0)) throw new RangeError("no such timeout");
      const call = this.#next++;
      const isTimed = timeout !== undefined && timeout > 0;
      const timer = isTimed ? setTimeout(() => this.#way.late(call), timeout) : undefined;
      this.#calls.set(call, ({ code, value }) => {
        clearTimeout(timer);
        if (code === undefined) resolve(value);
        else reject(new KataError(code));
      });
      this.#way.wish(call, verb, { item, once: timeout === 0 });
    });
  }

  calls(): Omit<IpcQueue<T>, "close"> {
    return {
      put: (item, o) => this.ask("put", item, o?.timeout) as Promise<void>,
      get: (o) => this.ask("get", undefined, o?.timeout) as Promise<T>,
      putNowait: (item) => this.ask("put", item, 0) as Promise<void>,
      getNowait: () => this.ask("get", undefined, 0) as Promise<T>,
      qsize: () => this.ask("qsize") as Promise<number>,
      empty: () => this.ask("empty") as Promise<boolean>,
      full: () => this.ask("full") as Promise<boolean>,
    };
  }
}

/** What crosses a port. */
interface Letter {
  readonly about: "credits";
  readonly queue: number;
  readonly call: number;
  readonly wish?: readonly [verb: Verb, what: { item?: unknown; once: boolean }];
  readonly outcome?: Outcome;
  readonly isLate?: boolean;
  readonly leaves?: boolean;
}

function letterOf(message: unknown, queue: number): Letter | undefined {
  if (typeof message !== "object" || message === null || !("about" in message)) return undefined;
  const letter = message as Letter;
  return letter.about === "credits" && letter.queue === queue ? letter : undefined;
}

const ends = new Map(["attach", "open"].map((end) => [end, new WeakMap<Port, number>()] as const));

function numberOn(port: Port, end: "attach" | "open"): number {
  const numbers = ends.get(end);
  const number = (numbers?.get(port) ?? 0) + 1;
  numbers?.set(port, number);
  return number;
}

export function createQueue<T>({ maxsize = 0 }: { maxsize?: number } = {}): BrokerQueue<T> {
  const store = new Store(maxsize || Infinity);
  const own = new Desk(store, (call, outcome) => caller.answer(call, outcome));
  const caller: Caller<T> = new Caller({
    wish: (call, verb, what) => own.wish(call, verb, what),
    late: (call) => own.late(call),
  });
  const desks = new Set([own]);
  return {
    ...caller.calls(),
    attach(port) {
      const queue = numberOn(port, "attach");
      const write = (letter: Omit<Letter, "about" | "queue">): void => {
        if (port.connected !== false) port.send({ about: "credits", queue, ...letter }, () => {});
      };
      const desk = new Desk(store, (call, outcome) => write({ call, outcome }));
      const read = (message: unknown): void => {
        const letter = letterOf(message, queue);
        if (letter?.wish !== undefined) desk.wish(letter.call, ...letter.wish);
        if (letter?.isLate === true) desk.late(letter.call);
        if (letter?.leaves === true) desk.leave();
      };
      const stop = (): void => {
        port.off("message", read);
        port.off("disconnect", stop);
        desk.leave();
        desks.delete(desk);
      };
      desks.add(desk);
      port.on("message", read);
      port.on("disconnect", stop);
    },
    close() {
      store.isClosed = true;
      for (const desk of desks) desk.leave("CLOSED");
    },
  };
}

export function openQueue<T>(port: Port = process as unknown as Port): IpcQueue<T> {
  const queue = numberOn(port, "open");
  let isClosed = false;
  let isListening = false;
  const write = (letter: Omit<Letter, "about" | "queue">): void => {
    if (port.connected !== false) port.send({ about: "credits", queue, ...letter }, () => {});
  };
  const read = (message: unknown): void => {
    const letter = letterOf(message, queue);
    if (letter?.outcome === undefined) return;
    caller.answer(letter.call, letter.outcome);
    listen();
  };
  const stop = (): void => {
    caller.answerAll("CLOSED");
    listen();
  };
  /** Listens if, and only if, an answer is awaited. */
  function listen(): void {
    if (isListening === caller.isWaiting) return;
    isListening = caller.isWaiting;
    if (isListening) {
      port.on("message", read);
      port.on("disconnect", stop);
    } else {
      port.off("message", read);
      port.off("disconnect", stop);
    }
  }
  const caller: Caller<T> = new Caller({
    wish(call, verb, what) {
      if (isClosed || port.connected === false) return caller.answer(call, { code: "CLOSED" });
      listen();
      return write({ call, wish: [verb, what] });
    },
    late: (call) => write({ call, isLate: true }),
  });
  return {
    ...caller.calls(),
    close() {
      isClosed = true;
      if (caller.isWaiting) write({ call: 0, leaves: true });
      stop();
    },
  };
}
