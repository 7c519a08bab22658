/** `Event` and `CustomEvent` of the DOM standard, where no target has a parent. */
import { named } from "./named.ts";
import { dictionary, toText } from "./values.ts";

/** What a dispatch knows of an event and changes in it. */
export interface EventState {
  readonly type: string;
  readonly isTrusted: boolean;
  target: object | null;
  currentTarget: object | null;
  isDispatching: boolean;
  inPassiveListener: boolean;
  propagationStopped: boolean;
  /** The listeners that are left do not hear of it either. */
  stopped: boolean;
  canceled: boolean;
}

/** The classes of events. */
export interface EventClasses {
  readonly globals: Readonly<Record<"Event" | "CustomEvent", object>>;
  /** An event that no program has made. */
  createTrusted(type: string): object;
  /** The state of an event; undefined for any other value. */
  stateOf(value: unknown): EventState | undefined;
}

const phases = { NONE: 0, CAPTURING_PHASE: 1, AT_TARGET: 2, BUBBLING_PHASE: 3 } as const;

/** Makes the classes; `now` is the clock of `timeStamp`. */
export function createEventClasses(now: () => number): EventClasses {
  let stateOf!: EventClasses["stateOf"];
  /** Who has this makes a trusted event. */
  const trust = {};

  class KataEvent {
    readonly #state: EventState;
    readonly #timeStamp = now();
    readonly #bubbles: boolean;
    readonly #cancelable: boolean;
    readonly #composed: boolean;

    static {
      stateOf = (value) =>
        typeof value === "object" && value !== null && #state in value ? value.#state : undefined;
    }

    constructor(...given: readonly unknown[]) {
      const [type, options, token] = given;
      if (given.length === 0) throw new TypeError("an event needs a type");
      const { bubbles, cancelable, composed } = dictionary(options);
      this.#bubbles = Boolean(bubbles);
      this.#cancelable = Boolean(cancelable);
      this.#composed = Boolean(composed);
      this.#state = {
        type: toText(type),
        isTrusted: token === trust,
        target: null,
        currentTarget: null,
        isDispatching: false,
        inPassiveListener: false,
        propagationStopped: false,
        stopped: false,
        canceled: false,
      };
    }

    get type(): string {
      return this.#state.type;
    }
    get target(): object | null {
      return this.#state.target;
    }
    get srcElement(): object | null {
      return this.#state.target;
    }
    get currentTarget(): object | null {
      return this.#state.currentTarget;
    }
    get eventPhase(): number {
      return this.#state.isDispatching ? phases.AT_TARGET : phases.NONE;
    }
    get bubbles(): boolean {
      return this.#bubbles;
    }
    get cancelable(): boolean {
      return this.#cancelable;
    }
    get composed(): boolean {
      return this.#composed;
    }
    get defaultPrevented(): boolean {
      return this.#state.canceled;
    }
    get returnValue(): boolean {
      return !this.#state.canceled;
    }
    get cancelBubble(): boolean {
      return this.#state.propagationStopped;
    }
    set cancelBubble(value: unknown) {
      if (value) this.#state.propagationStopped = true;
    }
    get timeStamp(): number {
      return this.#timeStamp;
    }
    get isTrusted(): boolean {
      return this.#state.isTrusted;
    }

    composedPath(): readonly object[] {
      const { currentTarget } = this.#state;
      return currentTarget === null ? [] : [currentTarget];
    }
    preventDefault(): void {
      if (this.#cancelable && !this.#state.inPassiveListener) this.#state.canceled = true;
    }
    stopPropagation(): void {
      this.#state.propagationStopped = true;
    }
    stopImmediatePropagation(): void {
      this.#state.propagationStopped = true;
      this.#state.stopped = true;
    }
  }

  class KataCustomEvent extends KataEvent {
    readonly #detail: unknown;

    constructor(...given: readonly unknown[]) {
      super(...given);
      this.#detail = dictionary(given[1])["detail"] ?? null;
    }

    get detail(): unknown {
      return this.#detail;
    }
  }

  for (const [name, value] of Object.entries(phases)) {
    Object.defineProperty(KataEvent, name, { value, enumerable: true });
    Object.defineProperty(KataEvent.prototype, name, { value, enumerable: true });
  }
  return {
    globals: {
      Event: named("Event", KataEvent),
      CustomEvent: named("CustomEvent", KataCustomEvent),
    },
    createTrusted: (type) => new KataEvent(type, {}, trust),
    stateOf,
  };
}
