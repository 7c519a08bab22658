/** The graded scenarios. They stay in the course repository. */
import { EventEmitter } from "node:events";
import type { Model } from "@concurrency-katas/grader/history";
import {
  type Outcome,
  type TaskOutcome,
  type Tasks,
  type ThreadBody,
  defineScenarios,
} from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";

type Kata = typeof kata;

const ascending = (values: readonly number[]): readonly number[] =>
  values.toSorted((a, b) => a - b);

/** The slots when calls come one after the other: the value of each thread that holds one. */
const slots = (maxThreads: number): Model<ReadonlyMap<number, number>> => ({
  name: "slots",
  initial: new Map(),
  step(held, { name, args, outcome, thread }) {
    const own = held.get(thread);
    const answers = (value: unknown, then = held): readonly ReadonlyMap<number, number>[] =>
      outcome.kind === "returned" && String(outcome.value) === String(value) ? [then] : [];
    const [operand] = args as readonly number[];
    switch (name) {
      case "get":
        return answers(own ?? 0);
      case "release": {
        const rest = new Map(held);
        rest.delete(thread);
        return answers(own ?? 0, rest);
      }
      case "values":
        return answers(ascending([...held.values()]));
      default: {
        if (own === undefined && held.size === maxThreads) {
          return outcome.kind === "threw" && outcome.code === "NO_SLOT" ? [held] : [];
        }
        const value = (name === "add" ? (own ?? 0) : 0) + operand!;
        return answers(name === "add" ? value : undefined, new Map(held).set(thread, value));
      }
    }
  },
});

/** What the threads of T2 share. */
interface Gates {
  readonly local: unknown;
  readonly taken: unknown;
  readonly refused: unknown;
  readonly released: unknown;
}

/** The members of a `ThreadLocalInt32`, recorded; `values` in ascending order. */
function attach(...[{ ThreadLocalInt32 }, handle, thread]: Parameters<ThreadBody<Kata>>) {
  const local = ThreadLocalInt32.attach(handle);
  return {
    ...thread.record(local, ["get", "set", "add", "release"]),
    values: () => thread.operation("values", [], () => ascending(local.values())),
  };
}

const readValues: ThreadBody<Kata> = (...here) => {
  attach(...here).values();
};

const wasRefused = ({ operations }: Outcome): boolean =>
  operations.some(({ outcome }) => outcome.kind === "threw" && outcome.code === "NO_SLOT");

/** What a task knows without being told. */
interface School {
  student: string;
  grade: number;
}

const studentsOf = (size: number): readonly string[] =>
  Array.from({ length: size }, (_, i) => `${"ABCDE"[i]}-std`);

/** Who is to be greeted here. */
const studentOf = (local: kata.Local<School>): string =>
  local.has("student") ? local.get("student") : "nobody";

/** Asks who is to be greeted, and records it beside who should be. */
function greet(tasks: Tasks, local: kata.Local<School>, own: string): void {
  tasks.operation("greet", [own], () => studentOf(local));
}

/** The grade that is set here. */
const gradeOf = (local: kata.Local<School>): number | "nothing" =>
  local.has("grade") ? local.get("grade") : "nothing";

/** Whether every recorded question was answered with what is the asking task's own. */
const ownOnly = ({ operations }: TaskOutcome): boolean =>
  operations.every(({ args, outcome }) => outcome.kind === "returned" && outcome.value === args[0]);

const greeted = (outcome: TaskOutcome): string => `greeted ${outcome.results("greet").join(", ")}`;

export default defineScenarios<Kata>(({ threads, stress, tasks }) => [
  threads({
    id: "T1b",
    title: "three threads claim three slots at once",
    group: "S",
    contract: "one private Int32 per thread, and room for maxThreads of them",
    expected: "nobody is refused, and each thread reads what it wrote",
    setup: ({ ThreadLocalInt32 }) => ThreadLocalInt32.create({ maxThreads: 3 }).handle,
    threads: [1, 2, 3].map((value) => (...here) => {
      const mine = attach(...here);
      mine.set(value);
      mine.get();
    }),
    finally: readValues,
    model: slots(3),
    required: ["set", "get"],
  }),

  threads({
    id: "T2",
    title: "one slot, and a second thread that comes too early, and again after the release",
    group: "R",
    contract:
      "no slot free: NO_SLOT; after a release the slot can be claimed again, and starts at 0",
    expected: "NO_SLOT for set and add while the slot is taken, and a fresh slot after that",
    setup: ({ ThreadLocalInt32 }, main) => ({
      local: ThreadLocalInt32.create({ maxThreads: 1 }).handle,
      taken: main.createGate("taken"),
      refused: main.createGate("refused"),
      released: main.createGate("released"),
    }),
    threads: [
      (kata, handle, thread) => {
        const gates = handle as Gates;
        const mine = attach(kata, gates.local, thread);
        mine.set(5);
        thread.gate(gates.taken).open();
        thread.gate(gates.refused).pass();
        mine.add(2);
        mine.release();
        thread.gate(gates.released).open();
        mine.get();
      },
      (kata, handle, thread) => {
        const gates = handle as Gates;
        const mine = attach(kata, gates.local, thread);
        thread.gate(gates.taken).pass();
        thread.codeOf(() => mine.set(1));
        thread.codeOf(() => mine.add(1));
        mine.get();
        mine.release();
        mine.values();
        thread.gate(gates.refused).open();
        thread.gate(gates.released).pass();
        mine.get();
        mine.add(3);
        mine.values();
      },
    ],
    model: slots(1),
    required: ["set", "add", "release"],
    seen: { what: "a thread that was refused", in: wasRefused },
  }),

  threads({
    id: "T2b",
    title: "three threads want two slots, and keep them",
    group: "R",
    contract: "at most maxThreads threads hold a slot at the same time; no slot free: NO_SLOT",
    expected: "two threads get a slot, the third one NO_SLOT and no value",
    setup: ({ ThreadLocalInt32 }) => ThreadLocalInt32.create({ maxThreads: 2 }).handle,
    threads: [1, 2, 3].map((value) => (...here) => {
      const mine = attach(...here);
      here[2].codeOf(() => mine.add(value));
      mine.get();
    }),
    finally: readValues,
    model: slots(2),
    required: ["add", "get"],
    seen: { what: "a thread that was refused", in: wasRefused },
  }),

  threads({
    id: "T3",
    title: "two threads with ids that are equal modulo maxThreads add, a third one reads values",
    group: "S",
    contract: "values of all claimed slots; exact when nobody is writing",
    expected: "values are 3 and 12 in the end, and on the way only what a slot has held",
    setup: ({ ThreadLocalInt32 }) => ThreadLocalInt32.create({ maxThreads: 2 }).handle,
    threads: [
      (...here) => {
        attach(...here).add(1);
        attach(...here).add(2);
      },
      (...here) => {
        attach(...here).add(4);
        attach(...here).add(8);
      },
      readValues,
    ],
    threadIds: [1, 3, 2],
    finally: readValues,
    check: (outcome) =>
      String(outcome.results("add")) === "1,3,4,12" &&
      String(outcome.final("values")) === "3,12" &&
      (outcome.results("values")[0] as readonly number[]).every((value) =>
        [0, 1, 3, 4, 12].includes(value),
      ),
    got: (outcome) =>
      `add returned ${String(outcome.results("add"))}; values ${String(outcome.results("values")[0])}, ` +
      `in the end ${String(outcome.final("values"))}`,
    required: ["add", "values"],
    seen: {
      what: "values() beside a thread that adds",
      in: (outcome) => String(outcome.results("values")[0]) !== "",
    },
  }),

  threads({
    id: "T3b",
    title: "the main thread and two threads with large ids, each with two instances",
    group: "S",
    contract: "a slot belongs to a thread, whatever its id, and not to an instance",
    expected: "three slots, and each thread reads its own value through both instances",
    setup: ({ ThreadLocalInt32 }) => ThreadLocalInt32.create({ maxThreads: 3 }).handle,
    threads: [1, 2, 3].map((value) => (...here) => {
      attach(...here).set(value);
      attach(...here).add(10);
    }),
    // All of them are 0 modulo 3, and in their low 8 and 16 bits.
    threadIds: [0, 196_608, 50_331_648],
    finally: readValues,
    model: slots(3),
    required: ["set", "add"],
  }),

  threads({
    id: "T4",
    title: "two threads want one slot, and give it back",
    group: "R",
    contract: "release returns the slot's last value, and the next owner starts at 0",
    expected: "every answer is one that some order of the calls gives",
    setup: ({ ThreadLocalInt32 }) => ThreadLocalInt32.create({ maxThreads: 1 }).handle,
    threads: [
      (...here) => {
        const mine = attach(...here);
        here[2].codeOf(() => mine.add(5));
        mine.release();
      },
      (...here) => {
        const mine = attach(...here);
        here[2].codeOf(() => mine.add(3));
        mine.get();
        mine.release();
      },
    ],
    finally: readValues,
    model: slots(1),
    required: ["release"],
    seen: { what: "a thread that was refused", in: wasRefused },
  }),

  threads({
    id: "T4b",
    title: "a thread releases through one instance and goes on with the other, beside a claim",
    group: "R",
    contract: "after release() the slot is no longer this thread's, in none of its instances",
    expected: "each thread reads its own value only",
    // Whatever order a search has, the first thread cannot be in its way at every slot of three.
    setup: ({ ThreadLocalInt32 }) => ThreadLocalInt32.create({ maxThreads: 3 }).handle,
    threads: [
      (...here) => {
        const mine = attach(...here);
        const same = attach(...here);
        mine.add(1);
        same.release();
        mine.add(4);
        same.release();
      },
      (...here) => {
        const mine = attach(...here);
        mine.add(8);
        mine.add(1);
      },
    ],
    finally: readValues,
    model: slots(3),
    required: ["add", "release"],
  }),

  stress({
    id: "S",
    title: "eight workers add 20,000 times each",
    group: "S",
    contract: "each thread counts for itself, and values() adds up to the total",
    expected: "eight values of 20,000, and no thread ever reads another one's",
    workers: 8,
    runs: 5,
    setup: ({ ThreadLocalInt32 }) => ThreadLocalInt32.create({ maxThreads: 8 }).handle,
    body: ({ ThreadLocalInt32 }, handle) => {
      const here = ThreadLocalInt32.attach(handle);
      const same = ThreadLocalInt32.attach(handle);
      let wrong = 0;
      for (let i = 1; i <= 20_000; i += 2) {
        if (here.add(1) !== i) wrong++;
        if (same.add(1) !== i + 1) wrong++;
      }
      return wrong;
    },
    finally: ({ ThreadLocalInt32 }, handle) => ThreadLocalInt32.attach(handle).values(),
    check: ({ results, final }) =>
      results.every((wrong) => wrong === 0) &&
      String(final) === Array.from({ length: 8 }, () => 20_000).join(),
  }),

  tasks({
    id: "A1b",
    title: "tasks that await four times, and greet each time",
    group: "S",
    contract: "the function of run() and everything that it starts share one bag",
    expected: "each task greets its own student, every time",
    sizes: [2, 5],
    // Two tasks have 70 orders, five have 305 billion.
    explore: { orders: 500, samples: 1_000 },
    body: async ({ Local }, tasks) => {
      const local = new Local<School>();
      const processStudent = async (own: string): Promise<void> => {
        for (let page = 1; page <= 4; page++) {
          await tasks.later(`${own}, page ${page}`, "arrives");
          greet(tasks, local, own);
        }
      };
      await Promise.all(
        studentsOf(tasks.size).map((student) =>
          local.run({ student }, () => processStudent(student)),
        ),
      );
    },
    check: ownOnly,
    got: greeted,
    required: ["greet"],
  }),

  tasks({
    id: "A1c",
    title: "two tasks with parts of their own: async functions, reactions, a timer, a microtask",
    group: "S",
    contract: "the function of run() and everything that it starts share one bag",
    expected: "every part greets its task's student, and what it sets is there for the others",
    body: async ({ Local }, tasks) => {
      const local = new Local<School>();
      const processStudent = async (own: string): Promise<void> => {
        const work = async (part: string): Promise<void> => {
          await tasks.later(`${own}, ${part}`, "goes on");
          greet(tasks, local, own);
          tasks.assert(local.has("grade"), "what run() was given is there after an await");
          local.set("grade", local.get("grade") + 1);
        };
        const parts = [
          work("reading"),
          work("writing"),
          tasks.later(`${own}, question`, "comes").then(() => greet(tasks, local, own)),
          tasks.sleep(5).then(() => greet(tasks, local, own)),
        ];
        queueMicrotask(() => {
          greet(tasks, local, own);
        });
        await Promise.all(parts);
        tasks.operation("grade", [2], () => gradeOf(local));
      };
      await Promise.all(
        studentsOf(2).map((student) =>
          local.run({ student, grade: 0 }, () => processStudent(student)),
        ),
      );
    },
    check: ownOnly,
    got: (outcome) => `${greeted(outcome)}; grades ${outcome.results("grade").join(", ")}`,
    required: ["greet", "grade"],
  }),

  tasks({
    id: "A2",
    title: "a run within a run, and a run whose function throws",
    group: "S",
    contract: "a nested run has a new bag and inherits nothing; afterwards the outer one is back",
    expected: "each run has its own values, whenever the other one goes on",
    body: async ({ Local }, tasks) => {
      const local = new Local<School>();
      const is = (student: string, grade: number | "nothing"): boolean => {
        const found = tasks.operation("look", [], () => `${studentOf(local)}, ${gradeOf(local)}`);
        return found === `${student}, ${grade}`;
      };
      const nested = async (): Promise<void> => {
        tasks.assert(
          is("B-std", "nothing"),
          "a nested run has the values it was given, and no others",
        );
        local.set("grade", 1);
        await tasks.later("nested", "goes on");
        tasks.assert(is("B-std", 1), "after an await the nested run has its own values");
      };
      const outer = async (): Promise<void> => {
        const inner = local.run({ student: "B-std" }, nested);
        tasks.assert(is("A-std", 5), "when run() has returned, its caller has its own values");
        await tasks.later("outer", "goes on");
        tasks.assert(is("A-std", 5), "after an await the outer run has its own values");
        await inner;
        tasks.assert(
          is("A-std", 5),
          "when the nested run is over, the outer one has its own values",
        );
        const failure = new Error("failed");
        let caught: unknown;
        try {
          local.run({ student: "C-std" }, () => {
            throw failure;
          });
        } catch (error) {
          caught = error;
        }
        tasks.assert(caught === failure, "run() throws what its function throws");
        tasks.assert(is("A-std", 5), "when run() has thrown, its caller has its own values");
      };
      const done = local.run({ student: "A-std", grade: 5 }, outer);
      tasks.assert(is("nobody", "nothing"), "when run() has returned, there is no bag outside");
      await done;
      tasks.assert(is("nobody", "nothing"), "when everything is over, there is no bag outside");
    },
    required: ["look"],
  }),

  tasks({
    id: "A2b",
    title: "tasks that begin with the same object and set their own grade",
    group: "S",
    contract: "the bag is a new one for each run; what one run sets is not seen by another",
    expected: "each task reads the grade that it has set, and the object is as it was",
    sizes: [2, 4],
    body: async ({ Local }, tasks) => {
      const local = new Local<School>();
      const vars = { student: "A-std", grade: 0 };
      const set = async (own: number): Promise<void> => {
        tasks.operation("grade", [0], () => gradeOf(local));
        tasks.assert(local.has("grade"), "what run() was given is set");
        local.set("grade", own);
        await tasks.later(`task ${own}`, "goes on");
        tasks.operation("grade", [own], () => gradeOf(local));
      };
      await Promise.all(
        Array.from({ length: tasks.size }, (_, i) => local.run(vars, () => set(i + 1))),
      );
      tasks.assert(vars.grade === 0, "the object that run() is given stays as it is");
    },
    check: ownOnly,
    got: (outcome) => `grades ${outcome.results("grade").join(", ")}`,
    required: ["grade"],
  }),

  tasks({
    id: "A3b",
    title: "bound functions are called by an emitter and by nobody in particular",
    group: "R",
    contract: "a bound function sees the bag of bind(), wherever it is called from",
    expected: "every call greets the student of the task that has bound it, with its grade",
    sizes: [1, 2],
    // One task has 60 orders, two have 90,720.
    explore: { orders: 1_000, samples: 500 },
    body: async ({ Local }, tasks) => {
      const local = new Local<School>();
      const bell = new EventEmitter();
      const task = async (own: string): Promise<void> => {
        const say = local.bind(() => {
          greet(tasks, local, own);
          tasks.operation("grade", [5], () => gradeOf(local));
        });
        local.set("grade", 5);
        bell.on("rings", say);
        tasks.event(`${own} is called`, say);
        const leave = local.bind(async () => {
          await tasks.later(`${own} comes back`, "now");
          greet(tasks, local, own);
        });
        tasks.event(`${own} is sent away`, () => {
          void leave();
        });
        await tasks.later(`${own} ends`, "now");
      };
      const ringing = local.run({ student: "ringer" }, async () => {
        await tasks.later("ringer", "goes on");
        bell.emit("rings");
        greet(tasks, local, "ringer");
      });
      const students = studentsOf(tasks.size);
      await Promise.all(students.map((student) => local.run({ student }, () => task(student))));
      await ringing;
      await tasks.idle();
    },
    check: ownOnly,
    got: (outcome) => `${greeted(outcome)}; grades ${outcome.results("grade").join(", ")}`,
    required: ["greet", "grade"],
  }),

  tasks({
    id: "A3c",
    title: "what a bound function is given, returns, throws and sets",
    group: "R",
    contract: "a bound function is the same function, in the bag of bind(), or in none",
    expected: "arguments, results and errors pass, and whoever calls it keeps its own bag",
    body: ({ Local }, tasks) => {
      const local = new Local<School>();
      const look = (): string =>
        tasks.operation("look", [], () => `${studentOf(local)}, ${gradeOf(local)}`);
      const isCaller = (): boolean => look() === "B-std, nothing";
      const outside = local.bind(look);
      const failure = new Error("failed");
      const bound = local.run({ student: "A-std" }, () => ({
        grade: local.bind((first: number, second: number) => {
          if (local.has("student")) local.set("grade", first + second);
          return look();
        }),
        look: local.bind(look),
        fail: local.bind(() => {
          throw failure;
        }),
      }));
      local.run({ student: "B-std" }, () => {
        tasks.assert(
          bound.grade(1, 2) === "A-std, 3",
          "a bound function gets its arguments, and its result is returned",
        );
        tasks.assert(isCaller(), "whoever calls a bound function keeps its own bag, as it was");
        tasks.assert(
          bound.look() === "A-std, 3",
          "functions that were bound in one run share its bag",
        );
        let caught: unknown;
        try {
          bound.fail();
        } catch (error) {
          caught = error;
        }
        tasks.assert(caught === failure, "a bound function throws what the function throws");
        tasks.assert(isCaller(), "when it has thrown, its caller has its own bag");
        tasks.assert(
          outside() === "nobody, nothing",
          "a function that was bound outside every run has no bag",
        );
        tasks.assert(isCaller(), "when it has returned, its caller has its own bag");
      });
      tasks.assert(bound.grade(4, 5) === "A-std, 9", "a bound function can be called again");
      tasks.assert(look() === "nobody, nothing", "there is no bag outside");
    },
    required: ["look"],
  }),

  tasks({
    id: "A4",
    title: "runs of two Locals within each other",
    group: "C",
    contract: "two Locals are independent",
    expected: "each Local has its own values, and a run of one leaves the other one alone",
    body: async ({ Local }, tasks) => {
      const one = new Local<School>();
      const two = new Local<School>();
      const ask = (a: string, b: string): void => {
        greet(tasks, one, a);
        greet(tasks, two, b);
      };
      const both = async (): Promise<void> => {
        ask("A-std", "B-std");
        const within = one.run({ student: "C-std" }, async () => {
          await tasks.later("within", "goes on");
          ask("C-std", "B-std");
        });
        await tasks.later("both", "goes on");
        ask("A-std", "B-std");
        await within;
      };
      const first = one.run({ student: "A-std" }, () => {
        const second = two.run({ student: "B-std" }, both);
        ask("A-std", "nobody");
        return second;
      });
      ask("nobody", "nobody");
      await first;
    },
    check: ownOnly,
    got: greeted,
    required: ["greet"],
  }),

  tasks({
    id: "A4b",
    title: "1,000 runs of one Local, one after the other",
    group: "C",
    contract: "what a run leaves behind can be collected: 1,000 runs leave no growth",
    expected: "no bag is left of runs that are over",
    body: async ({ Local }, tasks) => {
      const local = new Local<{ student: { readonly number: number } }>();
      tasks.keep(local);
      for (let number = 1; number <= 1_000; number++) {
        const student = { number };
        if (number % 250 === 0) tasks.mustCollect(student, `the bag of run ${number}`);
        await local.run({ student }, async () => {
          const isOwn = local.bind(() => local.has("student") && local.get("student") === student);
          await Promise.resolve();
          tasks.assert(isOwn(), "each run has its own values");
        });
      }
      tasks.operation("runs", [], () => 1_000);
    },
    required: ["runs"],
  }),
]);
