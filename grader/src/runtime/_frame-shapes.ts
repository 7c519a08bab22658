/** What a frame must look like to be evidence. Whatever else comes from a host is none. */
import type { HostFrame } from "./evidence.ts";
import {
  type Shape,
  anything,
  either,
  listOf,
  number,
  oneOf,
  optional,
  orNull,
  record,
  text,
  truth,
} from "./shape.ts";

const end = oneOf("done", "deadlock", "livelock", "crash", "limit", "refused");
const frames = listOf(record({ line: number, column: number, name: optional(text) }));
const thrown = record({ code: text, message: text, frames });
const plan = listOf(record({ step: number, action: number }));
const race = record({ earlier: number, later: number, address: number, size: number, kind: text });
const operations = listOf(
  record({
    id: number,
    thread: number,
    name: text,
    args: listOf(anything),
    call: number,
    return: orNull(number),
    outcome: either(
      record({ kind: oneOf("returned", "pending") }),
      record({ kind: oneOf("threw"), code: text }),
    ),
  }),
);
const outcome = record({
  schedule: number,
  preemptions: number,
  plan,
  end,
  operations,
  race: optional(race),
  unlogged: optional(truth),
});
const step = record({
  step: number,
  thread: number,
  op: text,
  type: text,
  address: number,
  before: either(number, text),
  after: either(number, text),
  extra: number,
  ready: listOf(number),
  preempts: truth,
  frames,
});
const logged = record({
  thread: number,
  op: text,
  type: text,
  address: number,
  before: either(number, text),
  after: either(number, text),
  extra: number,
  ready: number,
  timed: number,
  parked: number,
  round: number,
  goesOn: truth,
});
const execution = record({
  plan,
  preemptions: number,
  end,
  steps: listOf(logged),
  chosen: number,
  operations,
  race: optional(race),
  unlogged: optional(truth),
});
const trace = record({
  plan,
  end,
  operations,
  steps: listOf(step),
  stopped: listOf(
    record({
      thread: number,
      state: oneOf("asleep", "locking", "spinning", "ready"),
      address: number,
      holder: optional(number),
      frames,
    }),
  ),
  race: optional(race),
  crash: optional(record({ code: text, message: text, frames, thread: number, assertion: truth })),
  refused: optional(text),
  printed: listOf(text),
  buffers: listOf(record({ offset: number, length: number, name: optional(text) })),
  diverged: number,
});
const explored = record({
  strategy: oneOf(
    "preemption-bounding",
    "random",
    "pct",
    "idpct",
    "pctx",
    "pos",
    "urw",
    "portfolio",
  ),
  schedules: number,
  bound: number,
  complete: truth,
  states: number,
  steps: number,
  perBound: listOf(orNull(number)),
  probes: number,
  rescued: number,
  cut: number,
  classes: optional(listOf(number)),
  nondeterministic: optional(truth),
});

const taskExecution = {
  execution: number,
  size: number,
  isSample: truth,
  plan: listOf(record({ choice: number, option: number })),
  end: oneOf(
    "done",
    "never-settles",
    "endless-timers",
    "assertion",
    "threw",
    "unhandled",
    "timer-left",
    "listener-left",
    "kept-alive",
    "limit",
  ),
  settled: listOf(text),
  operations,
  error: optional(thrown),
  left: listOf(text),
};
const place = record({ line: number, column: number });
const involved = record({ name: text, place, stamp: number });
const involvedTask = record({ activation: number, name: text, call: number });
const activity = record({
  resumptions: listOf(record({ place, stamp: number })),
  lost: optional(
    record({
      read: involved,
      suspension: optional(involved),
      between: involved,
      write: involved,
      task: involvedTask,
      other: involvedTask,
    }),
  ),
});
const taskTrace = record({
  ...taskExecution,
  events: listOf(record({ at: number, actor: text, text, frames, reordered: truth })),
  labels: listOf(text),
  printed: listOf(text),
  diverged: number,
  activity: optional(activity),
});
const tasksExplored = record({
  sizes: listOf(
    record({ size: number, orders: number, bound: number, complete: truth, samples: number }),
  ),
  cut: number,
  nondeterministic: optional(truth),
});

const site = record({ entry: optional(text), line: number, column: number });
const processRow = record({ at: number, actor: number, text, site: optional(site) });
const childFacts = record({
  number,
  module: text,
  pid: number,
  isAlive: truth,
  code: orNull(number),
  signal: orNull(text),
});

const shapes: Readonly<Record<HostFrame["kind"], Shape>> = {
  ready: record({ error: optional(thrown) }),
  progress: record({ scenario: text, schedules: number }),
  "setup-failed": record({ scenario: text, error: optional(thrown), refused: optional(text), end }),
  outcome: record({ scenario: text, outcome }),
  explored: record({ scenario: text, explored }),
  execution: record({ scenario: text, execution }),
  trace: record({ scenario: text, trace }),
  "stress-run": record({ scenario: text, run: number, results: listOf(anything) }),
  "stress-failed": record({ scenario: text, run: number, error: thrown }),
  "stress-done": record({ scenario: text, runs: number }),
  "process-run": record({
    scenario: text,
    order: text,
    outcome: record({
      children: listOf(childFacts),
      notes: listOf(record({ child: number, pid: number, text })),
      most: number,
      operations,
    }),
    rows: listOf(processRow),
  }),
  "process-end": record({
    scenario: text,
    end: oneOf(
      "done",
      "violated",
      "threw",
      "early",
      "exited",
      "deadlock",
      "leak",
      "timer-left",
      "asleep",
      "no-progress",
      "memory",
      "processes",
      "messages",
      "events",
      "nested",
    ),
    order: text,
    rows: listOf(processRow),
    waiters: listOf(record({ actor: number, text, site: optional(site) })),
    error: optional(thrown),
    site: optional(site),
    actor: number,
    detail: optional(text),
  }),
  "program-run": record({ scenario: text, run: number }),
  "program-end": record({
    scenario: text,
    end: oneOf("done", "threw", "early", "leak", "asleep", "no-progress", "memory", "workers"),
    left: listOf(text),
    error: optional(thrown),
    module: optional(text),
  }),
  orders: record({ scenario: text, executions: listOf(record(taskExecution)) }),
  "orders-done": record({ scenario: text, explored: tasksExplored }),
  "task-trace": record({ scenario: text, trace: taskTrace }),
  stuck: record({
    scenario: text,
    thread: number,
    reason: oneOf("no-progress", "worker-died", "memory", "asleep", "caught"),
    detail: text,
  }),
  broken: record({ message: text }),
};

/** Whether a value is a frame, as deep as it is read. */
export function isHostFrame(value: unknown): value is HostFrame {
  if (typeof value !== "object" || value === null || !("kind" in value)) return false;
  const { kind } = value;
  return (
    typeof kind === "string" &&
    Object.hasOwn(shapes, kind) &&
    shapes[kind as HostFrame["kind"]](value)
  );
}
