/** The timers of a program: the same as Node's, but without their objects, and counted. */
import type { WebHooks } from "../sealed/web/web.ts";

/** The time of this machine. */
export const realTime: Pick<WebHooks, "startTimer" | "now"> = {
  startTimer(fire, ms) {
    setTimeout(fire, ms).unref();
  },
  now: () => performance.now(),
};

/** Timers of one thread. */
export interface Timers {
  /** `setTimeout` and the others, for the compartment. */
  readonly globals: Readonly<Record<string, unknown>>;
  /** How many keep the process alive. */
  pending(): number;
}

interface Entry {
  readonly native: NodeJS.Timeout | NodeJS.Immediate;
  readonly clear: () => void;
}

/** What becomes of timers. */
export interface TimerHooks {
  readonly harden: <T>(value: T) => T;
  /** Takes what a callback throws. */
  readonly onThrow: (error: unknown) => void;
  /** Hears of each end. */
  readonly onChange?: () => void;
}

/** Makes them in a realm that is locked down. */
export function createTimers({ harden, onThrow, onChange = () => undefined }: TimerHooks): Timers {
  const entries = new Map<object, Entry>();

  class Timer {
    ref(): this {
      entries.get(this)?.native.ref();
      return this;
    }
    unref(): this {
      entries.get(this)?.native.unref();
      return this;
    }
    hasRef(): boolean {
      return entries.get(this)?.native.hasRef() ?? false;
    }
    close(): this {
      end(this);
      return this;
    }
  }

  harden(Timer);

  function end(timer: unknown): void {
    const entry = entries.get(timer as object);
    if (entry === undefined) return;
    entry.clear();
    entries.delete(timer as object);
    onChange();
  }

  function begin(
    callback: unknown,
    values: readonly unknown[],
    repeats: boolean,
    start: (fire: () => void) => Entry,
  ): Timer {
    if (typeof callback !== "function") throw new TypeError("a timer needs a function");
    const timer = new Timer();
    const fire = (): void => {
      if (!repeats) entries.delete(timer);
      try {
        Reflect.apply(callback as () => void, undefined, values);
      } catch (error) {
        onThrow(error);
      }
      onChange();
    };
    entries.set(timer, start(fire));
    return timer;
  }

  const delay = (ms: unknown): number => Number(ms);
  const clear = (timer: unknown): void => {
    end(timer);
  };
  return {
    pending: () => [...entries.values()].filter(({ native }) => native.hasRef()).length,
    globals: {
      setTimeout: (callback: unknown, ms: unknown, ...values: readonly unknown[]) =>
        begin(callback, values, false, (fire) => {
          const native = setTimeout(fire, delay(ms));
          return { native, clear: () => clearTimeout(native) };
        }),
      setInterval: (callback: unknown, ms: unknown, ...values: readonly unknown[]) =>
        begin(callback, values, true, (fire) => {
          const native = setInterval(fire, delay(ms));
          return { native, clear: () => clearInterval(native) };
        }),
      setImmediate: (callback: unknown, ...values: readonly unknown[]) =>
        begin(callback, values, false, (fire) => {
          const native = setImmediate(fire);
          return { native, clear: () => clearImmediate(native) };
        }),
      clearTimeout: clear,
      clearInterval: clear,
      clearImmediate: clear,
    },
  };
}
