/** The hidden scenarios: they stay in the course's repository. */
import { fifo } from "@concurrency-katas/grader/history";
import {
  type ChildPort,
  type ProcessOutcome,
  type Processes,
  defineScenarios,
} from "@concurrency-katas/grader/scenario";
import type { Step } from "../given/actor.ts";
import type * as kata from "../src/index.ts";

type Kata = typeof kata;

const ACTOR = "given/actor.ts";

/** How a child is started that follows a script. */
const script = (...steps: readonly Step[]) =>
  ({ args: [JSON.stringify(steps)], serialization: "advanced" }) as const;

const ended = (child: ChildPort): Promise<unknown> =>
  new Promise((resolve) => {
    child.once("exit", resolve);
  });

/** What came out of a queue by recorded calls. */
const gotten = ({ operations }: ProcessOutcome): readonly unknown[] =>
  operations.flatMap(({ name, outcome }) =>
    name === "get" && outcome.kind === "returned" ? [outcome.value] : [],
  );

const sorted = (items: readonly unknown[]): string => items.map(String).toSorted().join(" ");

/** What came of each call, and in which child: `1:x 2:EMPTY`. */
const answers = ({ operations }: ProcessOutcome): string =>
  operations
    .map(({ thread, outcome }) => {
      if (outcome.kind === "returned") return `${thread}:${String(outcome.value)}`;
      return `${thread}:${outcome.kind === "threw" ? outcome.code : "pending"}`;
    })
    .toSorted()
    .join(" ");

const ITEMS = ["a", "b", null, 0, "", false];

/** Two writers and two readers of six items each. */
const traffic = (maxsize: number, id: string) =>
  ({
    id,
    title: `two writers, two readers, ${maxsize === 0 ? "no bound" : `room for ${maxsize}`}`,
    group: "S",
    contract: "each item comes out once; who waits is served in the order of asking",
    expected: "some order of the calls explains every answer",
    body: async ({ createQueue }: Kata, { start }: Processes) => {
      const queue = createQueue<unknown>({ maxsize });
      const writers = [1, 2].map((writer) => {
        const items = ITEMS.map((item, i) => (i < 2 ? `${writer}${String(item)}` : item));
        return start(ACTOR, script(...items.map((item) => ["put", item] as const)));
      });
      const readers = [3, 4].map(() => start(ACTOR, script(...ITEMS.map(() => ["get"] as const))));
      const all = [...writers, ...readers];
      for (const each of all) queue.attach(each);
      await Promise.all(all.map(ended));
      return queue.qsize();
    },
    model: fifo(maxsize === 0 ? Infinity : maxsize),
    check: (outcome: ProcessOutcome) =>
      outcome.result === 0 &&
      sorted(gotten(outcome)) ===
        sorted(["1a", "1b", "2a", "2b", null, null, 0, 0, "", "", false, false]),
    got: (outcome: ProcessOutcome) => JSON.stringify(gotten(outcome)),
    explore: { seeds: 1 },
  }) as const;

/** What is left in a queue. */
async function rest<T>(queue: {
  empty(): Promise<boolean>;
  get(): Promise<T>;
}): Promise<readonly T[]> {
  const left: T[] = [];
  while (!(await queue.empty())) left.push(await queue.get());
  return left;
}

const outAndLeft = (outcome: ProcessOutcome): string =>
  `got ${sorted(gotten(outcome))}; left ${sorted(outcome.result as readonly unknown[])}`;

/** How many items each child of the native scenario puts or gets. */
const MANY = 100;

/** What each reader of the native scenario has got. */
const lists = ({ operations }: ProcessOutcome): readonly (readonly number[])[] =>
  operations.flatMap(({ outcome }) =>
    outcome.kind === "returned" ? [outcome.value as readonly number[]] : [],
  );

/** Whether the numbers of the writer that began with `first` stand in their order. */
const isInOrder = (list: readonly number[], first: number): boolean => {
  const own = list.filter((item) => item >= first && item < first + MANY);
  return own.every((item, i) => i === 0 || item > (own[i - 1] ?? 0));
};

export default defineScenarios<Kata>(({ processes }) => [
  processes(traffic(1, "P1")),
  processes(traffic(3, "P1b")),
  processes(traffic(0, "P1c")),

  processes({
    id: "P1d",
    title: "one child makes four calls at once",
    group: "S",
    contract: "each call has an answer of its own",
    expected: "x and y come out, each once",
    body: async ({ createQueue }, { start }) => {
      const queue = createQueue<string>({ maxsize: 1 });
      const child = start(
        ACTOR,
        script(["together", [["get"], ["put", "x"], ["put", "y"], ["get", { timeout: 50 }]]]),
      );
      queue.attach(child);
      await ended(child);
      return queue.qsize();
    },
    model: fifo(1),
    check: (outcome) => outcome.result === 0 && sorted(gotten(outcome)) === "x y",
    got: answers,
    explore: { seeds: 0 },
  }),

  processes({
    id: "P2",
    title: "a get gives up while its item is on the way",
    group: "S",
    contract: "EMPTY means that nothing was taken",
    expected: "every item that was put is got, or still there",
    body: async ({ createQueue }, { start }) => {
      const queue = createQueue<string>();
      const reader = start(ACTOR, script(["get", { timeout: 50 }], ["get", { timeout: 50 }]));
      const writer = start(ACTOR, script(["put", "x"], ["put", "y"]));
      queue.attach(reader);
      queue.attach(writer);
      await Promise.all([ended(reader), ended(writer)]);
      return rest(queue);
    },
    model: fifo(),
    check: (outcome) =>
      sorted([...gotten(outcome), ...(outcome.result as readonly unknown[])]) === "x y",
    got: outAndLeft,
    explore: { overtakes: 2 },
  }),

  processes({
    id: "P2b",
    title: "a put gives up while there is room again",
    group: "S",
    contract: "FULL means that nothing was stored",
    expected: "x comes out once, and y once if it was stored",
    body: async ({ createQueue }, { start, rest: comeToRest, open }) => {
      const queue = createQueue<string>({ maxsize: 1 });
      const writer = start(ACTOR, script(["put", "x"], ["put", "y", { timeout: 50 }]));
      const reader = start(ACTOR, script(["gate", "late"], ["get"]));
      const both = Promise.all([ended(reader), ended(writer)]);
      queue.attach(writer);
      queue.attach(reader);
      await comeToRest();
      open("late");
      await both;
      return rest(queue);
    },
    model: fifo(1),
    check: (outcome) => {
      const y = outcome.operations.find(({ args }) => args[0] === "y")?.outcome.kind;
      const out = sorted([...gotten(outcome), ...(outcome.result as readonly unknown[])]);
      return out === (y === "returned" ? "x y" : "x");
    },
    got: outAndLeft,
    explore: { overtakes: 2 },
  }),

  processes({
    id: "P3",
    title: "a reader is killed while it waits",
    group: "R",
    contract: "a dead child's get is forgotten and takes nothing",
    expected: "the other reader gets the item",
    body: async ({ createQueue }, { start, rest: comeToRest, kill }) => {
      const queue = createQueue<string>();
      const first = start(ACTOR, script(["get"]));
      queue.attach(first);
      await comeToRest();
      const second = start(ACTOR, script(["get"]));
      queue.attach(second);
      await comeToRest();
      kill(1, "SIGKILL");
      await comeToRest();
      await queue.put("x");
      await ended(second);
      return queue.qsize();
    },
    check: (outcome) => outcome.result === 0 && sorted(gotten(outcome)) === "x",
    got: answers,
    explore: { seeds: 0 },
  }),

  processes({
    id: "P3b",
    title: "a writer is killed while it waits for room",
    group: "R",
    contract: "a dead child's put happened wholly or not at all, and takes no room",
    expected: "a, then perhaps b, then room for one item again, and no more",
    body: async ({ createQueue }, { start, rest: comeToRest, kill, codeOf }) => {
      const queue = createQueue<string>({ maxsize: 1 });
      await queue.put("a");
      const writer = start(ACTOR, script(["put", "b"]));
      queue.attach(writer);
      await comeToRest();
      kill(1, "SIGKILL");
      await comeToRest();
      const out = [await queue.get(), ...(await rest(queue))];
      const codes = [
        await codeOf(() => queue.putNowait("c")),
        await codeOf(() => queue.putNowait("d")),
      ];
      return [...out, ...codes].join(" ");
    },
    check: ({ result }) => result === "a nothing FULL" || result === "a b nothing FULL",
    got: ({ result }) => String(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "P3c",
    title: "a reader is killed when it has its item",
    group: "R",
    contract: "an item comes out once, whatever becomes of the child that has got it",
    expected: "the queue is empty afterwards",
    body: async ({ createQueue }, { start, arrived, kill, rest: comeToRest, codeOf }) => {
      const queue = createQueue<string>();
      const reader = start(ACTOR, script(["get"], ["gate", "the middle"]));
      queue.attach(reader);
      await queue.put("x");
      await arrived("the middle", 1);
      kill(1, "SIGKILL");
      await comeToRest();
      return codeOf(() => queue.getNowait());
    },
    check: ({ result }) => result === "EMPTY",
    got: ({ result }) => (result === "nothing" ? "x comes out again" : String(result)),
    explore: { seeds: 0 },
  }),

  processes({
    id: "P3d",
    title: "a writer and a reader are killed in the middle of the traffic",
    group: "R",
    contract: "what a dead child asked for happened wholly or not at all, and never twice",
    expected: "some order of the calls explains every answer, with theirs or without",
    body: async ({ createQueue }, { start, operation }) => {
      const queue = createQueue<string>({ maxsize: 1 });
      const get = ["get", { timeout: 1_000 }] as const;
      const all = [
        start(ACTOR, script(["put", "a1"], ["put", "a2"], ["put", "a3"])),
        start(ACTOR, script(["put", "b1"], ["put", "b2"], ["put", "b3"])),
        start(ACTOR, script(get, get, get)),
        start(ACTOR, script(get, get, get, get, get)),
      ];
      for (const each of all) queue.attach(each);
      await Promise.all(all.map(ended));
      while (!(await queue.empty())) await operation("get", [], () => queue.get());
    },
    faults: [
      { child: 1, after: 2, by: "SIGKILL" },
      { child: 3, after: 2, by: "SIGKILL" },
    ],
    model: fifo(1),
    check: (outcome) => new Set(gotten(outcome)).size === gotten(outcome).length,
    got: (outcome) => `got ${sorted(gotten(outcome))}`,
    explore: { seeds: 1 },
  }),

  processes({
    id: "P4",
    title: "the parent takes part",
    group: "S",
    contract: "the parent's own calls and those of its children are about one queue",
    expected: "some order of the calls explains every answer",
    body: async ({ createQueue }, { start, operation }) => {
      const queue = createQueue<string>({ maxsize: 2 });
      const writer = start(ACTOR, script(["put", "a"], ["put", "b"], ["put", "c"], ["qsize"]));
      const reader = start(ACTOR, script(["get"], ["qsize"], ["get"]));
      queue.attach(writer);
      queue.attach(reader);
      await operation("put", ["p"], () => queue.put("p"));
      await operation("qsize", [], () => queue.qsize());
      await operation("get", [], () => queue.get());
      await operation("get", [], () => queue.get());
      await Promise.all([ended(writer), ended(reader)]);
      return operation("qsize", [], () => queue.qsize());
    },
    model: fifo(2),
    check: (outcome) => sorted(gotten(outcome)) === "a b c p" && outcome.result === 0,
    got: answers,
  }),

  processes({
    id: "P4b",
    title: "items that are no text",
    group: "S",
    contract: "an item is any data that a message can carry, undefined and null too",
    expected: "undefined, a Map and a Date, after a child has had them",
    body: async ({ createQueue }, { start }) => {
      const queue = createQueue<unknown>();
      const child = start(ACTOR, script(["pass"], ["pass"], ["pass"]));
      queue.attach(child);
      for (const item of [undefined, new Map([["k", 1n]]), new Date(0)]) await queue.put(item);
      await ended(child);
      const [nothing, map, date] = [await queue.get(), await queue.get(), await queue.get()];
      return [
        nothing === undefined ? "undefined" : "something",
        map instanceof Map && map.get("k") === 1n ? "a Map" : "no Map",
        date instanceof Date ? "a Date" : "no Date",
      ].join(", ");
    },
    check: ({ result }) => result === "undefined, a Map, a Date",
    got: ({ result }) => String(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "L1",
    title: "who waits for room, and who waits for an item",
    group: "L",
    contract: "who waits goes on as soon as there is room, or an item",
    expected: "both writers go on after two gets, and all readers get an item",
    body: async ({ createQueue }, { start, rest: comeToRest, children, assert }) => {
      const queue = createQueue<string>({ maxsize: 2 });
      await queue.put("a");
      await queue.put("b");
      const writers = ["c", "d"].map((item) => start(ACTOR, script(["put", item])));
      for (const each of writers) queue.attach(each);
      const written = writers.map(ended);
      await comeToRest();
      const isWaiting = children().every(({ isAlive }) => isAlive);
      assert(isWaiting, "put() waits while the queue is full");
      const got = [await queue.get(), await queue.get()];
      await Promise.all(written);
      got.push(...(await rest(queue)));
      const readers = [1, 2].map(() => start(ACTOR, script(["get"])));
      for (const each of readers) queue.attach(each);
      const read = readers.map(ended);
      await comeToRest();
      await queue.put("e");
      await queue.put("f");
      await Promise.all(read);
      return sorted(got);
    },
    check: (outcome) => outcome.result === "a b c d" && sorted(gotten(outcome)) === "e f",
    got: (outcome) => `parent: ${String(outcome.result)}; children: ${answers(outcome)}`,
    explore: { seeds: 0 },
  }),

  processes({
    id: "L2",
    title: "the queue is closed while others wait",
    group: "L",
    contract: "close() rejects the calls that wait with CLOSED, and all later ones",
    expected: "CLOSED for both calls of the child and of the parent",
    body: async ({ createQueue }, { start, rest: comeToRest, codeOf }) => {
      const queue = createQueue<string>();
      const child = start(ACTOR, script(["get"], ["put", "late"]));
      queue.attach(child);
      const own = codeOf(() => queue.get());
      await comeToRest();
      queue.close();
      await ended(child);
      return [await own, await codeOf(() => queue.put("later"))].join(" ");
    },
    check: (outcome) =>
      outcome.result === "CLOSED CLOSED" && answers(outcome) === "1:CLOSED 1:CLOSED",
    got: (outcome) => `parent: ${String(outcome.result)}; child: ${answers(outcome)}`,
    explore: { seeds: 0 },
  }),

  processes({
    id: "L2b",
    title: "a child closes its end while it waits",
    group: "L",
    contract: "close() rejects the calls that wait with CLOSED, and lets the child end",
    expected: "CLOSED twice, the child ends, and the next item is still there",
    body: async ({ createQueue }, { start, rest: comeToRest, codeOf }) => {
      const queue = createQueue<string>();
      const child = start(ACTOR, script(["together", [["get"], ["close"]]], ["put", "late"]));
      queue.attach(child);
      await ended(child);
      await comeToRest();
      await queue.put("x");
      const out = await queue.getNowait();
      return [out, await codeOf(() => queue.getNowait())].join(" ");
    },
    check: (outcome) => outcome.result === "x EMPTY" && answers(outcome) === "1:CLOSED 1:CLOSED",
    got: (outcome) => `parent: ${String(outcome.result)}; child: ${answers(outcome)}`,
    explore: { seeds: 0 },
  }),

  processes({
    id: "L3",
    title: "two readers wait, one after the other",
    group: "L",
    contract: "who waits is served in the order of asking",
    expected: "x for the first, y for the second",
    body: async ({ createQueue }, { start, rest: comeToRest }) => {
      const queue = createQueue<string>();
      const all: Promise<unknown>[] = [];
      for (let i = 0; i < 2; i++) {
        const reader = start(ACTOR, script(["get"]));
        all.push(ended(reader));
        queue.attach(reader);
        await comeToRest();
      }
      await queue.put("x");
      await queue.put("y");
      await Promise.all(all);
    },
    check: (outcome) => answers(outcome) === "1:x 2:y",
    got: answers,
    explore: { seeds: 0 },
  }),

  processes({
    id: "L3b",
    title: "two writers wait, one after the other",
    group: "L",
    contract: "who waits is served in the order of asking",
    expected: "a, then b of the first, then c of the second",
    body: async ({ createQueue }, { start, rest: comeToRest }) => {
      const queue = createQueue<string>({ maxsize: 1 });
      await queue.put("a");
      const all: Promise<unknown>[] = [];
      for (const item of ["b", "c"]) {
        const writer = start(ACTOR, script(["put", item]));
        all.push(ended(writer));
        queue.attach(writer);
        await comeToRest();
      }
      const out = [await queue.get(), await queue.get(), await queue.get()];
      await Promise.all(all);
      return out.join(" ");
    },
    check: ({ result }) => result === "a b c",
    got: ({ result }) => String(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "P5",
    title: "two queues and other traffic on one port",
    group: "R",
    contract: "messages that are not the queue's are left alone, and two queues do not mix",
    expected: "the child has heard the greeting; each queue has its own item",
    body: async ({ createQueue }, { start }) => {
      const first = createQueue<string>();
      const second = createQueue<string>();
      const child = start("given/two-queues.ts", { serialization: "advanced" });
      const heard: string[] = [];
      child.on("message", (message: unknown) => {
        if (typeof message === "string") heard.push(message);
      });
      first.attach(child);
      second.attach(child);
      child.send("hello");
      child.send(null);
      child.send({ id: 1, value: "a lie", code: "EMPTY" });
      await ended(child);
      const sizes = [await first.qsize(), await second.qsize()];
      if (sizes.join(" ") !== "1 1") return `${heard.join()}; sizes ${sizes.join(" ")}`;
      return [...heard, await first.get(), await second.get()].join(" ");
    },
    check: ({ result }) => result === "heard hello one two",
    got: ({ result }) => String(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "P6",
    title: "a hundred ports come and go",
    group: "C",
    contract: "a port that has disconnected is let go of",
    expected: "no listener is left on any of them",
    body: async ({ createQueue }, { rest: comeToRest }) => {
      const queue = createQueue<number>();
      const ports = Array.from({ length: 100 }, createPort);
      for (const port of ports) {
        queue.attach(port);
        port.tell("disconnect");
      }
      await comeToRest();
      return ports.reduce((sum, port) => sum + port.count(), 0);
    },
    check: ({ result }) => result === 0,
    got: ({ result }) => `${String(result)} listeners are left`,
    explore: { seeds: 0 },
  }),

  processes({
    id: "P6b",
    title: "an hour passes while a reader waits",
    group: "C",
    contract: "who waits is told; nobody asks again and again",
    expected: "nothing happens for an hour, then the reader gets x and ends by itself",
    body: async ({ createQueue }, { start, rest: comeToRest, sleep }) => {
      const queue = createQueue<string>();
      const reader = start(ACTOR, script(["get"]));
      queue.attach(reader);
      await comeToRest();
      await sleep(3_600_000);
      await queue.put("x");
      await ended(reader);
      return queue.qsize();
    },
    check: (outcome) => sorted(gotten(outcome)) === "x",
    got: answers,
    explore: { seeds: 0, events: 200 },
  }),

  processes({
    id: "S",
    title: "two writers, two readers, 100 items each, as they come",
    group: "S",
    contract: "each item comes out once, and each writer's in their order",
    expected: "200 different items, each writer's in order for each reader",
    body: async ({ createQueue }, { start }) => {
      const queue = createQueue<number>({ maxsize: 3 });
      const all = [
        start(ACTOR, script(["putMany", 0, MANY])),
        start(ACTOR, script(["putMany", 1_000, MANY])),
        start(ACTOR, script(["getMany", MANY])),
        start(ACTOR, script(["getMany", MANY])),
      ];
      for (const each of all) queue.attach(each);
      await Promise.all(all.map(ended));
      return queue.qsize();
    },
    check: (outcome) =>
      outcome.result === 0 &&
      new Set(lists(outcome).flat()).size === 2 * MANY &&
      lists(outcome).every((list) => [0, 1_000].every((first) => isInOrder(list, first))),
    got: (outcome) =>
      `${new Set(lists(outcome).flat()).size} different items; ${String(outcome.result)} left`,
    explore: { native: 20 },
  }),
]);

/** A port without a process: it knows how many listeners it has. */
function createPort() {
  const lists = new Map<string, ((message?: unknown) => void)[]>();
  return {
    connected: true,
    send: () => true,
    on(event: string, listener: (message?: unknown) => void) {
      lists.set(event, [...(lists.get(event) ?? []), listener]);
    },
    off(event: string, listener: (message?: unknown) => void) {
      lists.set(
        event,
        (lists.get(event) ?? []).filter((other) => other !== listener),
      );
    },
    tell(event: string) {
      for (const listener of lists.get(event) ?? []) listener();
    },
    count: () => [...lists.values()].reduce((sum, list) => sum + list.length, 0),
  };
}
