/** What the body of a scenario of processes waits for. */

interface Wait {
  readonly what: string;
  /** Undefined where it waits for nothing in particular to happen, but for everything to have happened. */
  readonly isOver: (() => boolean) | undefined;
  readonly resolve: () => void;
}

/** The waits of one execution. */
export interface Waits {
  /** What is waited for, in words. */
  readonly whats: readonly string[];
  /** Resolves once `isOver` says so. */
  until(what: string, isOver: () => boolean): Promise<void>;
  /** Resolves once nothing more can happen by itself. */
  untilIdle(): Promise<void>;
  /** Lets those go on that are over; false when there is none. `isIdle`: nothing more can happen by itself. */
  resolve(isIdle: boolean): boolean;
  /** Nobody waits any more. */
  forget(): void;
}

/** Makes the waits of an execution, of which there are none yet. */
export function createWaits(): Waits {
  let waits: readonly Wait[] = [];
  const add = (what: string, isOver?: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      waits = [...waits, { what, isOver, resolve }];
    });
  return {
    get whats() {
      return waits.map(({ what }) => what);
    },
    until: add,
    untilIdle: () => add("everything to come to rest"),
    resolve(isIdle) {
      const over = waits.filter(({ isOver }) => isOver?.() ?? isIdle);
      waits = waits.filter((wait) => !over.includes(wait));
      for (const { resolve } of over) resolve();
      return over.length > 0;
    },
    forget() {
      waits = [];
    },
  };
}
