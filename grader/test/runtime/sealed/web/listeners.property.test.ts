import fc from "fast-check";
import { expect, test } from "vitest";
import type { Side } from "./_programs.ts";
import { makeOurs, node } from "./_sides.ts";

/** Something that is done with a target; listeners, types and signals go by numbers. */
type Step =
  | {
      readonly kind: "add";
      readonly type: number;
      readonly listener: number;
      readonly capture: boolean;
      readonly once: boolean;
    }
  | {
      readonly kind: "add with signal";
      readonly type: number;
      readonly listener: number;
      readonly capture: boolean;
    }
  | {
      readonly kind: "remove";
      readonly type: number;
      readonly listener: number;
      readonly capture: boolean;
    }
  | { readonly kind: "dispatch"; readonly type: number; readonly cancelable: boolean }
  | { readonly kind: "stop" }
  | { readonly kind: "prevent" }
  | { readonly kind: "abort"; readonly signal: number };

const TYPES = 2;
const PLAIN = 4;
/** Each has a signal of its own: in Node, a second `addEventListener` with a signal would make the first one go, too. */
const SIGNALED = 2;

const type = fc.nat({ max: TYPES - 1 });
const listener = fc.nat({ max: PLAIN - 1 });
const signaled = fc.nat({ max: SIGNALED - 1 });
const anyListener = fc.nat({ max: PLAIN + SIGNALED - 1 });
const capture = fc.boolean();
const removals: fc.Arbitrary<Step>[] = [
  fc.record({ kind: fc.constant("remove"), type, listener: anyListener, capture }),
  fc.record({ kind: fc.constant("abort"), signal: signaled }),
];
const dispatches = fc.record({ kind: fc.constant("dispatch"), type, cancelable: fc.boolean() });
const outside = fc.oneof(
  fc.record({ kind: fc.constant("add"), type, listener, capture, once: fc.boolean() }),
  fc.record({ kind: fc.constant("add with signal"), type, listener: signaled, capture }),
  ...removals,
  dispatches,
) as fc.Arbitrary<Step>;
/** Nothing is added: unlike the standard, Node calls most listeners that are added while the event goes round. */
const inside = fc.oneof(
  ...removals,
  dispatches,
  fc.record({ kind: fc.constant("stop") }),
  fc.record({ kind: fc.constant("prevent") }),
) as fc.Arbitrary<Step>;

/** What a listener does when it is called. */
const scripts = fc.array(fc.array(inside, { maxLength: 3 }), {
  minLength: PLAIN + SIGNALED,
  maxLength: PLAIN + SIGNALED,
});

/** Events that are dispatched in all: listeners dispatch, too. */
const DISPATCHES = 40;

function logOf(
  side: Side,
  steps: readonly Step[],
  reactions: readonly (readonly Step[])[],
): readonly string[] {
  const { EventTarget, Event, AbortController } = side;
  const log: string[] = [];
  const target = new EventTarget();
  const controllers = Array.from({ length: SIGNALED }, () => new AbortController());
  let dispatched = 0;
  const react = (number: number, event: Event): void => {
    log.push(`${number} hears ${event.type}`);
    for (const step of reactions[number] ?? []) take(step, event);
  };
  const listeners = reactions.map((_, number) =>
    number % 2 === 0
      ? (event: Event) => react(number, event)
      : { handleEvent: (event: Event) => react(number, event) },
  );
  const listenerOf = (number: number): EventListener => listeners[number] as EventListener;
  function take(step: Step, event?: Event): void {
    switch (step.kind) {
      case "add": {
        const { capture: how, once } = step;
        target.addEventListener(`type ${step.type}`, listenerOf(step.listener), {
          capture: how,
          once,
        });
        return;
      }
      case "add with signal": {
        const { signal } = controllers[step.listener] as AbortController;
        const own = listenerOf(PLAIN + step.listener);
        target.addEventListener(`type ${step.type}`, own, { capture: step.capture, signal });
        return;
      }
      case "remove":
        target.removeEventListener(`type ${step.type}`, listenerOf(step.listener), {
          capture: step.capture,
        });
        return;
      case "dispatch": {
        if (++dispatched > DISPATCHES) return;
        const made = new Event(`type ${step.type}`, { cancelable: step.cancelable });
        log.push(`dispatched: ${target.dispatchEvent(made)} ${made.defaultPrevented}`);
        return;
      }
      case "stop":
        event?.stopImmediatePropagation();
        return;
      case "prevent":
        event?.preventDefault();
        return;
      case "abort":
        controllers[step.signal]?.abort();
    }
  }
  for (const step of steps) take(step);
  return log;
}

test("whatever is added, removed, aborted and dispatched, the same listeners are called as in Node", () => {
  fc.assert(
    fc.property(fc.array(outside, { maxLength: 25 }), scripts, (steps, reactions) => {
      expect(logOf(makeOurs(), steps, reactions)).toEqual(logOf(node, steps, reactions));
    }),
    { numRuns: 1_000 },
  );
});
