/** What a task has for itself, with all that it starts. */
import { EventEmitter } from "node:events";
import { type TaskOutcome, type Tasks, defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";

type Kata = typeof kata;

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

export const local = defineScenarios<Kata>(({ tasks }) => [
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
