/** The scenarios that everybody can read: the contract in one thread, and the first race. */
import { defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";

export default defineScenarios<typeof kata>(({ threads }) => [
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
]);
