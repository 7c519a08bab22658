/** @alternative closures — no class: an actor with one function for every message, and plain records for who waits. */
import { KataError } from "@concurrency-katas/grader/kit";

export interface Port {
  send(message: unknown, callback?: (error: Error | null) => void): boolean;
  on(event: "message" | "disconnect", listener: (message?: unknown) => void): unknown;
  off(event: "message" | "disconnect", listener: (message?: unknown) => void): unknown;
  readonly connected?: boolean;
}

interface Limits {
  timeout?: number;
}

export interface IpcQueue<T> {
  put(item: T, o?: Limits): Promise<void>;
  get(o?: Limits): Promise<T>;
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

type Answer = { readonly code: string } | { readonly value: unknown };
type Ask = (name: string, args: readonly unknown[]) => Promise<unknown>;

/** The calls of a queue, whoever answers them. */
function queueOf<T>(ask: Ask, close: () => void): IpcQueue<T> {
  const limited = (name: string, o: Limits | undefined, ...args: unknown[]): Promise<unknown> => {
    const { timeout } = o ?? {};
    return timeout === undefined || timeout >= 0
      ? ask(name, [timeout ?? null, ...args])
      : Promise.reject(new RangeError(`timeout ${timeout}`));
  };
  return {
    async put(item, o) {
      await limited("put", o, item);
    },
    get: (o) => limited("get", o) as Promise<T>,
    async putNowait(item) {
      await limited("put", { timeout: 0 }, item);
    },
    getNowait: () => limited("get", { timeout: 0 }) as Promise<T>,
    qsize: () => ask("qsize", []) as Promise<number>,
    empty: () => ask("empty", []) as Promise<boolean>,
    full: () => ask("full", []) as Promise<boolean>,
    close,
  };
}

/** What crosses a port: `[MARK, queue, id, …]`. */
const REQUEST = "queue-ipc?";
const ANSWER = "queue-ipc!";
const numbers = { attached: new WeakMap<Port, number>(), opened: new WeakMap<Port, number>() };

function numberOf(port: Port, side: keyof typeof numbers): number {
  const number = numbers[side].get(port) ?? 0;
  numbers[side].set(port, number + 1);
  return number;
}

export function createQueue<T>(o: { maxsize?: number } = {}): BrokerQueue<T> {
  const room = o.maxsize === undefined || o.maxsize <= 0 ? Infinity : o.maxsize;
  const items: unknown[] = [];
  interface Wish {
    readonly who: object;
    readonly item: unknown;
    answer: (answer: Answer) => void;
  }
  const takers = new Set<Wish>();
  const givers = new Set<Wish>();
  let isOpen = true;
  const myself = {};

  const first = (wishes: Set<Wish>): Wish | undefined => {
    const [wish] = wishes;
    if (wish !== undefined) wishes.delete(wish);
    return wish;
  };

  function settle(): void {
    let isMoving = true;
    while (isMoving) {
      isMoving = false;
      while (items.length < room && givers.size > 0) {
        const giver = first(givers);
        items.push(giver?.item);
        giver?.answer({ value: undefined });
        isMoving = true;
      }
      while (items.length > 0 && takers.size > 0) {
        first(takers)?.answer({ value: items.shift() });
        isMoving = true;
      }
    }
  }

  function act(
    who: object,
    name: string,
    args: readonly unknown[],
    answer: (a: Answer) => void,
  ): void {
    if (!isOpen) return answer({ code: "CLOSED" });
    if (name === "qsize") return answer({ value: items.length });
    if (name === "empty") return answer({ value: items.length === 0 });
    if (name === "full") return answer({ value: items.length >= room });
    if (name === "forget") return forget(who);
    const [timeout, item] = args;
    const wishes = name === "put" ? givers : takers;
    const wish: Wish = { who, item, answer };
    wishes.add(wish);
    settle();
    if (!wishes.has(wish) || timeout === null) return undefined;
    const late = (): void => {
      if (wishes.delete(wish)) answer({ code: name === "put" ? "FULL" : "EMPTY" });
    };
    if (timeout === 0) return late();
    const timer = setTimeout(late, Number(timeout));
    wish.answer = (found) => {
      clearTimeout(timer);
      answer(found);
    };
    return undefined;
  }

  function forget(who: object): void {
    for (const wishes of [takers, givers]) {
      for (const wish of wishes) {
        if (wish.who !== who) continue;
        wishes.delete(wish);
        wish.answer({ code: "CLOSED" });
      }
    }
  }

  const own = queueOf<T>(
    (name, args) =>
      new Promise((resolve, reject) => {
        act(myself, name, args, (answer) => {
          if ("code" in answer) reject(new KataError(answer.code));
          else resolve(answer.value);
        });
      }),
    () => {
      isOpen = false;
      for (const wish of [...takers, ...givers]) wish.answer({ code: "CLOSED" });
      takers.clear();
      givers.clear();
    },
  );
  return {
    ...own,
    attach(port) {
      const number = numberOf(port, "attached");
      const hear = (message: unknown): void => {
        if (!Array.isArray(message) || message[0] !== REQUEST || message[1] !== number) return;
        const [, , id, name, args] = message as [string, number, number, string, unknown[]];
        act(port, name, args, (answer) => {
          if (port.connected !== false) port.send([ANSWER, number, id, answer], () => {});
        });
      };
      const leave = (): void => {
        port.off("message", hear);
        port.off("disconnect", leave);
        forget(port);
      };
      port.on("message", hear);
      port.on("disconnect", leave);
    },
  };
}

export function openQueue<T>(port: Port = process as unknown as Port): IpcQueue<T> {
  const number = numberOf(port, "opened");
  const asked = new Map<number, (answer: Answer) => void>();
  let id = 0;
  let isOpen = true;
  const hear = (message: unknown): void => {
    if (!Array.isArray(message) || message[0] !== ANSWER || message[1] !== number) return;
    answer(message[2] as number, message[3] as Answer);
  };
  const leave = (): void => {
    for (const each of asked.keys()) answer(each, { code: "CLOSED" });
  };
  const answer = (to: number, what: Answer): void => {
    const call = asked.get(to);
    asked.delete(to);
    if (asked.size === 0) {
      port.off("message", hear);
      port.off("disconnect", leave);
    }
    call?.(what);
  };
  return queueOf<T>(
    (name, args) =>
      new Promise((resolve, reject) => {
        if (!isOpen || port.connected === false) throw new KataError("CLOSED");
        if (asked.size === 0) {
          port.on("message", hear);
          port.on("disconnect", leave);
        }
        asked.set(++id, (what) => {
          if ("code" in what) reject(new KataError(what.code));
          else resolve(what.value);
        });
        port.send([REQUEST, number, id, name, args], () => {});
      }),
    () => {
      if (!isOpen) return;
      isOpen = false;
      if (asked.size > 0) port.send([REQUEST, number, 0, "forget", []], () => {});
      leave();
    },
  );
}
