/** The scenarios that everybody can read: one thread, one task, and what comes first after that. */
import { defineScenarios } from "@concurrency-katas/grader/scenario";
import { TaskQueue } from "../given/task-queue.ts";
import type * as kata from "../src/index.ts";

/** What the tasks of the seed's program know without being told. */
interface School {
  readonly student: string;
}

const STUDENTS = ["A-std", "B-std"];

/** Who is greeted here. */
const studentOf = (local: kata.Local<School>): string =>
  local.has("student") ? local.get("student") : "nobody";

/** The code of what `call` throws, or "nothing". */
function codeOf(call: () => unknown): string {
  try {
    call();
    return "nothing";
  } catch (error) {
    return (error as { readonly code?: string }).code ?? String(error);
  }
}

export default defineScenarios<typeof kata>(({ threads, tasks }) => [
  threads({
    id: "B1",
    title: "one thread gets, sets and adds through two instances of one handle",
    group: "B",
    contract: "get() is 0 until this thread has set it, and the same through every instance",
    expected: "one value, whichever instance is asked",
    setup: ({ ThreadLocalInt32 }) => ThreadLocalInt32.create({ maxThreads: 2 }).handle,
    threads: [
      ({ ThreadLocalInt32 }, handle, thread) => {
        const here = thread.record(ThreadLocalInt32.attach(handle), ["get", "set", "add"]);
        const same = thread.record(ThreadLocalInt32.attach(handle), ["get", "set", "add"]);
        thread.assert(here.get() === 0 && same.get() === 0, "get() is 0 before the first set");
        here.set(17);
        thread.assert(here.get() === 17, "get() returns what was set");
        thread.assert(same.get() === 17, "get() returns it through the other instance as well");
        thread.assert(same.add(-20) === -3, "add() returns the new value");
        thread.assert(here.get() === -3, "get() returns the sum");
        same.set(0);
        thread.assert(here.add(5) === 5, "add() begins from what was set last");
      },
    ],
    required: ["get", "set", "add"],
  }),

  threads({
    id: "B2",
    title: "one thread gives its slot back twice and claims it again",
    group: "B",
    contract:
      "release() gives the slot back and returns its last value; without a slot it returns 0",
    expected: "values() has one value while the slot is claimed, and none before and after",
    setup: ({ ThreadLocalInt32 }) => ThreadLocalInt32.create({ maxThreads: 3 }).handle,
    threads: [
      ({ ThreadLocalInt32 }, handle, thread) => {
        const here = thread.record(ThreadLocalInt32.attach(handle), ["set", "add", "release"]);
        const local = ThreadLocalInt32.attach(handle);
        const values = (): string => local.values().join();
        thread.assert(local.get() === 0 && values() === "", "get() claims no slot");
        thread.assert(here.release() === 0, "release() without a slot returns 0");
        here.set(4);
        thread.assert(here.add(3) === 7 && values() === "7", "set() and add() use one slot");
        thread.assert(local.release() === 7, "release() returns the last value");
        thread.assert(values() === "" && local.get() === 0, "after release() there is no value");
        thread.assert(here.release() === 0, "the second release() returns 0");
        thread.assert(here.add(2) === 2, "a slot that is claimed again starts at 0");
        here.set(0);
        thread.assert(values() === "0", "a claimed slot counts, even if its value is 0");
      },
    ],
    required: ["set", "add", "release"],
  }),

  threads({
    id: "T1",
    title: "the seed's program: two threads greet a student each",
    group: "S",
    contract: "one private Int32 per thread",
    expected: "each thread greets its own student, and both are in values()",
    setup: ({ ThreadLocalInt32 }) => ThreadLocalInt32.create({ maxThreads: 2 }).handle,
    threads: [1001, 1002].map((student) => ({ ThreadLocalInt32 }, handle, thread) => {
      const local = ThreadLocalInt32.attach(handle);
      const processStudent = (): number => thread.operation("greet", [], () => local.get());
      thread.operation("set", [student], () => {
        local.set(student);
      });
      processStudent();
    }),
    finally: ({ ThreadLocalInt32 }, handle, thread) => {
      const local = ThreadLocalInt32.attach(handle);
      thread.operation("values", [], () => local.values().sort((a, b) => a - b));
    },
    check: (outcome) =>
      outcome.results("greet").join() === "1001,1002" &&
      String(outcome.final("values")) === "1001,1002",
    got: (outcome) =>
      `greeted ${outcome.results("greet").join(" and ")}, values ${String(outcome.final("values"))}`,
    required: ["set", "greet"],
  }),

  tasks({
    id: "B3",
    title: "one run of a Local: its values, and none outside of it",
    group: "B",
    contract:
      "get() of what is not set throws ATTRIBUTE, and set() outside run() throws NO_CONTEXT",
    expected: "values within the run, and nothing but errors outside of it",
    body: ({ Local }, tasks) => {
      const whole = new Local<Record<string, unknown>>();
      const local = tasks.record(whole, ["get", "set", "has", "delete"]);
      const isUnset = (key: string): boolean =>
        !local.has(key) && codeOf(() => local.get(key)) === "ATTRIBUTE";
      const is = (key: string, value: unknown): boolean =>
        local.has(key) && codeOf(() => local.get(key)) === "nothing" && whole.get(key) === value;
      tasks.assert(isUnset("student"), "before run() nothing is set");
      tasks.assert(
        codeOf(() => local.set("student", "A-std")) === "NO_CONTEXT" && isUnset("student"),
        "set() outside run() throws NO_CONTEXT and sets nothing",
      );
      const answer = whole.run({ student: "A-std", grade: 0 }, () => {
        tasks.assert(is("student", "A-std"), "what run() was given is set");
        tasks.assert(is("grade", 0), "0 is a value");
        tasks.assert(isUnset("teacher"), "what run() was not given is not set");
        tasks.assert(isUnset("constructor"), "no key is set by itself, whatever its name");
        local.set("teacher", "");
        local.set("student", "B-std");
        tasks.assert(is("teacher", "") && is("student", "B-std"), "set() sets");
        local.delete("student");
        local.delete("student");
        tasks.assert(isUnset("student"), "what was deleted is not set");
        return 84;
      });
      tasks.assert(answer === 84, "run() returns what its function returns");
      tasks.assert(isUnset("grade"), "after run() nothing is set");
    },
    required: ["get", "set"],
  }),

  tasks({
    id: "A1",
    title: "the seed's program with tasks: two of them greet a student each",
    group: "S",
    contract: "the function of run() and everything that it starts share one bag",
    expected: "each task greets its own student, before its await and after it",
    body: async ({ Local }, tasks) => {
      const local = new Local<School>();
      const greet = (own: string): void => {
        tasks.operation("greet", [own], () => studentOf(local));
      };
      const processStudent = async (own: string): Promise<void> => {
        greet(own);
        await tasks.later(`page for ${own}`, "arrives");
        greet(own);
      };
      await Promise.all(
        STUDENTS.map((student) => local.run({ student }, () => processStudent(student))),
      );
    },
    check: ({ operations }) =>
      operations.every(
        ({ args, outcome }) => outcome.kind === "returned" && outcome.value === args[0],
      ),
    got: (outcome) => `greeted ${outcome.results("greet").join(", ")}`,
    required: ["greet"],
  }),

  tasks({
    id: "A3",
    title: "two tasks push greetings into a queue, and either may drain it",
    group: "R",
    contract: "a bound function sees the bag of bind(), wherever it is called from",
    expected: "a greeting that was bound is for the student of the task that has pushed it",
    body: async ({ Local }, tasks) => {
      const local = new Local<School>();
      const queue = new TaskQueue();
      const greeting =
        (name: string, own: string): (() => void) =>
        () => {
          tasks.operation(name, [own], () => studentOf(local));
        };
      await Promise.all(
        STUDENTS.map((student) =>
          local.run({ student }, async () => {
            await tasks.later(`${student} pushes`, "now");
            queue.push(greeting("greet without bind", student));
            queue.push(local.bind(greeting("greet", student)));
            await tasks.later(`${student} drains`, "now");
            queue.drain();
          }),
        ),
      );
    },
    check: ({ operations }) =>
      operations.every(
        ({ name, args, outcome }) =>
          name !== "greet" || (outcome.kind === "returned" && outcome.value === args[0]),
      ),
    got: (outcome) => `greeted ${outcome.results("greet").join(", ")}`,
    required: ["greet"],
    seen: {
      what: "a task that drains what another one has pushed",
      in: ({ operations }) =>
        operations.some(
          ({ name, args, outcome }) =>
            name === "greet without bind" &&
            outcome.kind === "returned" &&
            outcome.value !== args[0],
        ),
    },
  }),
]);
