/** @alternative actor — the owner is a pure function with one switch over messages; a shell sends what it decides. */
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

/** One call of one caller: both are counted by the shell. */
interface Caller {
  readonly who: number;
  readonly call: number;
}

type Look = "qsize" | "empty" | "full";

type Message =
  | { readonly type: "put"; readonly from: Caller; readonly item: unknown }
  | { readonly type: "get"; readonly from: Caller }
  | { readonly type: Look; readonly from: Caller }
  | { readonly type: "late"; readonly from: Caller }
  | { readonly type: "gone"; readonly who: number }
  | { readonly type: "close" };

interface Answer {
  readonly to: Caller;
  readonly code?: string;
  readonly value?: unknown;
}

interface State {
  readonly isOpen: boolean;
  readonly room: number;
  readonly items: readonly unknown[];
  readonly putters: readonly { readonly from: Caller; readonly item: unknown }[];
  readonly getters: readonly { readonly from: Caller }[];
}

type Change = readonly [State, readonly Answer[]];

/** What a message changes, and who is answered. Nothing else decides anything. */
function receive(state: State, message: Message): Change {
  if (!state.isOpen) return [state, "from" in message ? [closed(message.from)] : []];
  const { items, putters, getters, room } = state;
  switch (message.type) {
    case "put":
      return serve({ ...state, putters: [...putters, message] });
    case "get":
      return serve({ ...state, getters: [...getters, message] });
    case "qsize":
      return [state, [{ to: message.from, value: items.length }]];
    case "empty":
      return [state, [{ to: message.from, value: items.length === 0 }]];
    case "full":
      return [state, [{ to: message.from, value: items.length >= room }]];
    case "late": {
      const { from } = message;
      const code = putters.some(isOf(from)) ? "FULL" : "EMPTY";
      const isWaiting = [...putters, ...getters].some(isOf(from));
      return [without(state, isOf(from)), isWaiting ? [{ to: from, code }] : []];
    }
    case "gone":
      return serve(without(state, ({ from }) => from.who === message.who));
    case "close":
      return [
        { ...without(state, () => true), isOpen: false },
        [...putters, ...getters].map(({ from }) => closed(from)),
      ];
  }
}

/** Lets items in and out as long as there is anything to do. */
function serve(state: State): Change {
  const { items, room } = state;
  const [putter, ...putters] = state.putters;
  const [getter, ...getters] = state.getters;
  if (putter !== undefined && items.length < room) {
    const next = { ...state, items: [...items, putter.item], putters };
    return before({ to: putter.from }, serve(next));
  }
  if (getter !== undefined && items.length > 0) {
    const next = { ...state, items: items.slice(1), getters };
    return before({ to: getter.from, value: items[0] }, serve(next));
  }
  return [state, []];
}

const before = (answer: Answer, [state, answers]: Change): Change => [state, [answer, ...answers]];

const closed = (to: Caller): Answer => ({ to, code: "CLOSED" });

const isOf =
  (one: Caller) =>
  ({ from }: { readonly from: Caller }): boolean =>
    from.who === one.who && from.call === one.call;

function without(state: State, isMeant: (waiter: { readonly from: Caller }) => boolean): State {
  const stays = (waiter: { readonly from: Caller }): boolean => !isMeant(waiter);
  return {
    ...state,
    putters: state.putters.filter(stays),
    getters: state.getters.filter(stays),
  };
}

/** What crosses a port. */
interface Wire {
  readonly protocol: "actor-queue";
  readonly queue: number;
  readonly call: number;
  readonly ask?: { readonly type: "put" | "get" | Look; readonly item?: unknown };
  readonly timeout?: number | undefined;
  readonly answer?: Answer;
}

function wireOf(message: unknown, queue: number): Wire | undefined {
  const wire = message as Partial<Wire> | null | undefined;
  return wire?.protocol === "actor-queue" && wire.queue === queue ? (wire as Wire) : undefined;
}

const counters = { attached: new WeakMap<Port, number>(), opened: new WeakMap<Port, number>() };

function count(side: keyof typeof counters, port: Port): number {
  const queue = counters[side].get(port) ?? 0;
  counters[side].set(port, queue + 1);
  return queue;
}

type Ask = (ask: NonNullable<Wire["ask"]>, timeout?: number) => Promise<unknown>;

/** The calls of a queue in terms of one function. */
function callsOf<T>(ask: Ask): Omit<IpcQueue<T>, "close"> {
  const limited: Ask = async (what, timeout) => {
    if (timeout !== undefined && (Number.isNaN(timeout) || timeout < 0)) throw new RangeError();
    return ask(what, timeout);
  };
  return {
    put: (item, o) => limited({ type: "put", item }, o?.timeout) as Promise<void>,
    get: (o) => limited({ type: "get" }, o?.timeout) as Promise<T>,
    putNowait: (item) => ask({ type: "put", item }, 0) as Promise<void>,
    getNowait: () => ask({ type: "get" }, 0) as Promise<T>,
    qsize: () => ask({ type: "qsize" }) as Promise<number>,
    empty: () => ask({ type: "empty" }) as Promise<boolean>,
    full: () => ask({ type: "full" }) as Promise<boolean>,
  };
}

export function createQueue<T>({ maxsize = 0 }: { maxsize?: number } = {}): BrokerQueue<T> {
  let state: State = {
    isOpen: true,
    room: maxsize > 0 ? maxsize : Infinity,
    items: [],
    putters: [],
    getters: [],
  };
  /** Who is to be told what came of a call, and its timer. */
  const shells = new Map<string, { tell: (answer: Answer) => void; timer?: NodeJS.Timeout }>();
  const keyOf = ({ who, call }: Caller): string => `${who}/${call}`;
  let callers = 0;

  function post(message: Message): void {
    const [next, answers] = receive(state, message);
    state = next;
    for (const answer of answers) {
      const shell = shells.get(keyOf(answer.to));
      shells.delete(keyOf(answer.to));
      clearTimeout(shell?.timer);
      shell?.tell(answer);
    }
  }

  function ask(
    from: Caller,
    { what, timeout }: { what: NonNullable<Wire["ask"]>; timeout: number | undefined },
    tell: (answer: Answer) => void,
  ): void {
    const key = keyOf(from);
    shells.set(key, { tell });
    post(what.type === "put" ? { type: "put", from, item: what.item } : { type: what.type, from });
    const shell = shells.get(key);
    if (shell === undefined || timeout === undefined) return;
    if (timeout === 0) post({ type: "late", from });
    else shell.timer = setTimeout(() => post({ type: "late", from }), timeout);
  }

  let calls = 0;
  return {
    ...callsOf<T>(
      (what, timeout) =>
        new Promise((resolve, reject) => {
          ask({ who: 0, call: calls++ }, { what, timeout }, ({ code, value }) => {
            if (code === undefined) resolve(value);
            else reject(new KataError(code));
          });
        }),
    ),
    close() {
      post({ type: "close" });
    },
    attach(port) {
      const queue = count("attached", port);
      const who = ++callers;
      const leave = (): void => {
        for (const [key, { timer }] of shells) {
          if (!key.startsWith(`${who}/`)) continue;
          clearTimeout(timer);
          shells.delete(key);
        }
        post({ type: "gone", who });
      };
      const hear = (message: unknown): void => {
        const wire = wireOf(message, queue);
        if (wire === undefined) return;
        const { call, ask: what, timeout } = wire;
        if (what === undefined) return leave();
        ask({ who, call }, { what, timeout }, (answer) => {
          if (port.connected === false) return;
          port.send({ protocol: "actor-queue", queue, call, answer } satisfies Wire, () => {});
        });
      };
      const end = (): void => {
        port.off("disconnect", end);
        port.off("message", hear);
        leave();
      };
      port.on("disconnect", end);
      port.on("message", hear);
    },
  };
}

export function openQueue<T>(port: Port = process as unknown as Port): IpcQueue<T> {
  const queue = count("opened", port);
  const waits = new Map<number, PromiseWithResolvers<unknown>>();
  let last = 0;
  let isOpen = true;

  const hear = (message: unknown): void => {
    const wire = wireOf(message, queue);
    if (wire?.answer === undefined) return;
    const { code, value } = wire.answer;
    finish(wire.call, ({ resolve, reject }) => {
      if (code === undefined) resolve(value);
      else reject(new KataError(code));
    });
  };
  const end = (): void => {
    for (const call of waits.keys()) finish(call, ({ reject }) => reject(new KataError("CLOSED")));
  };
  function finish(call: number, by: (wait: PromiseWithResolvers<unknown>) => void): void {
    const wait = waits.get(call);
    if (wait === undefined) return;
    waits.delete(call);
    if (waits.size === 0) {
      port.off("message", hear);
      port.off("disconnect", end);
    }
    by(wait);
  }

  return {
    ...callsOf<T>((ask, timeout) => {
      if (!isOpen || port.connected === false) return Promise.reject(new KataError("CLOSED"));
      if (waits.size === 0) {
        port.on("message", hear);
        port.on("disconnect", end);
      }
      const wait = Promise.withResolvers<unknown>();
      const call = ++last;
      waits.set(call, wait);
      port.send({ protocol: "actor-queue", queue, call, ask, timeout } satisfies Wire, () => {});
      return wait.promise;
    }),
    close() {
      if (isOpen && waits.size > 0)
        port.send({ protocol: "actor-queue", queue, call: 0 } satisfies Wire, () => {});
      isOpen = false;
      end();
    },
  };
}
