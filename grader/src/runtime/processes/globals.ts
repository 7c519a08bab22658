/** What a parent and its children have in common, whatever they are evaluated in. */
import type { Realm } from "../sealed/compartment.ts";
import type { NativeRealm } from "../stress/native-realm.ts";
import { type VirtualClock, createClock } from "../tasks/clock.ts";
import { createMicrotasks } from "../sealed/web/microtask.ts";
import { drawsOf } from "../../schedule/index.ts";
import type { Ambient } from "../threads/globals.ts";
import { EventEmitter, once } from "./emitter.ts";
import { SIGNALS } from "./process-object.ts";
import type { Site } from "./protocol.ts";

/** A process of ours, ready for modules of a kata. */
export interface PreparedProcess extends NativeRealm {
  readonly clock: VirtualClock;
  /** Modules of Node that are the same in a parent and in a child. */
  readonly modules: Readonly<Record<string, unknown>>;
  /** The submission's innermost place in the running stack. */
  site(): Site | undefined;
}

/** Resolution of `Math.random()`. */
const FRACTIONS = 2 ** 30;

/** How a process is prepared: randomness is drawn from `seed`, and `onThrow` takes what callbacks throw. */
export type Prepare = (seed: number, onThrow: (error: unknown) => void) => PreparedProcess;

/** Prepares a process whose realm is made by `makeRealm`. */
export const prepareIn =
  (makeRealm: (ambient: Ambient) => NativeRealm): Prepare =>
  (seed, onThrow) => {
    const draw = drawsOf(seed);
    const native = makeRealm({
      clock: () => clock.now(),
      random: () => draw(FRACTIONS) / FRACTIONS,
      print: () => undefined,
      listens: () => false,
    });
    const { realm } = native;
    const clock: VirtualClock = createClock({
      harden: realm.harden,
      onThrow,
      captureContext: () => (call) => call(),
    });
    const events = realm.harden({ EventEmitter, once });
    return {
      ...native,
      clock,
      modules: {
        "@concurrency-katas/grader/kit": native.kit,
        "node:events": events,
        "node:os": realm.harden({
          availableParallelism: () => PROCESSORS,
          constants: { signals: SIGNALS },
        }),
      },
      globals: { ...native.globals, ...clock.globals, ...createMicrotasks(onThrow) },
      site: () => siteOf(realm),
    };
  };

/** What a submission is told, whatever the machine has. */
const PROCESSORS = 4;

function siteOf(realm: Realm): Site | undefined {
  const [frame] = realm.frames(1);
  if (frame === undefined) return undefined;
  const { line, column, entry } = frame;
  return { line, column, ...(entry === undefined ? {} : { entry }) };
}

/** Lets everything run that can: microtasks, and the immediates of the submission. */
export async function settle(
  clock: VirtualClock,
  isBusy: () => boolean = () => false,
): Promise<void> {
  do {
    await new Promise<void>((resolve) => setImmediate(resolve));
  } while (clock.runImmediates() || isBusy());
}
