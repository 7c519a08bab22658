import { type Litmus, type Program, onWords } from "../_litmus.ts";

const DREPPER = "Drepper, Futexes are tricky, 2011";

const FLAG = 0;
const EVENT = 1;

export function checkThenWait(): Litmus {
  const waiting = (event: number): Program =>
    onWords(2, {
      threads: [
        (x) => {
          while (Atomics.load(x, FLAG) === 0) Atomics.wait(x, event, 0);
        },
        (x) => {
          Atomics.store(x, FLAG, 1);
          Atomics.notify(x, event);
        },
      ],
    });
  return {
    name: "check a flag, then sleep on another word",
    source: DREPPER,
    program: waiting(EVENT),
    expected: { verdict: "deadlock", bugClass: "lost-wakeup", preemptions: 1, within: 5 },
    twin: { name: "sleep on the flag itself", program: waiting(FLAG) },
  };
}

export function notifyThenStore(): Litmus {
  const setting = (set: (x: Int32Array) => void): Program =>
    onWords(1, {
      threads: [
        (x) => {
          while (Atomics.load(x, FLAG) === 0) Atomics.wait(x, FLAG, 0);
        },
        set,
      ],
    });
  return {
    name: "notify before the flag is set",
    source: "Birrell, An introduction to programming with threads, SRC 35, 1989",
    program: setting((x) => {
      Atomics.notify(x, FLAG);
      Atomics.store(x, FLAG, 1);
    }),
    expected: { verdict: "deadlock", bugClass: "lost-wakeup", preemptions: 1, within: 10 },
    twin: {
      name: "set, then notify",
      program: setting((x) => {
        Atomics.store(x, FLAG, 1);
        Atomics.notify(x, FLAG);
      }),
    },
  };
}

export function eventcount(): Litmus {
  const waiting = (late: boolean): Program =>
    onWords(2, {
      threads: [
        (x) => {
          let seen = Atomics.load(x, EVENT);
          while (Atomics.load(x, FLAG) === 0) {
            if (late) seen = Atomics.load(x, EVENT);
            Atomics.wait(x, EVENT, seen);
            seen = Atomics.load(x, EVENT);
          }
        },
        (x) => {
          Atomics.store(x, FLAG, 1);
          Atomics.add(x, EVENT, 1);
          Atomics.notify(x, EVENT);
        },
      ],
    });
  return {
    name: "eventcount read after the condition",
    source: "Reed and Kanodia, Synchronization with eventcounts and sequencers, CACM 22(2), 1979",
    program: waiting(true),
    expected: { verdict: "deadlock", bugClass: "lost-wakeup", preemptions: 1, within: 10 },
    twin: { name: "read before it", program: waiting(false) },
  };
}

export function notifyOneForTwo(): Litmus {
  const waking = (count: number): Program => {
    const sleep = (x: Int32Array): void => {
      while (Atomics.load(x, FLAG) === 0) Atomics.wait(x, FLAG, 0);
    };
    return onWords(1, {
      threads: [
        sleep,
        sleep,
        (x) => {
          Atomics.store(x, FLAG, 1);
          Atomics.notify(x, FLAG, count);
        },
      ],
    });
  };
  return {
    name: "a latch that wakes one of two",
    source: "cmu-pasta/fray, CountDownLatchDeadlockUnblockMultiThread",
    program: waking(1),
    expected: { verdict: "deadlock", bugClass: "missing-notify", preemptions: 0, within: 1 },
    twin: { name: "it wakes all", program: waking(Infinity) },
  };
}

/** A semaphore of one permit; how a thread takes it is the point. */
function taking(down: (x: Int32Array) => void): Program {
  const use = (x: Int32Array): void => {
    down(x);
    Atomics.store(x, 1, Atomics.load(x, 1) + 1);
    Atomics.add(x, 0, 1);
    Atomics.notify(x, 0, 1);
  };
  return onWords([1, 0], { threads: [use, use, use], final: (x) => Atomics.load(x, 1) });
}

export function semaphoreIf(): Litmus {
  return {
    name: "semaphore that does not look again after its sleep",
    source: "Dijkstra, Cooperating sequential processes, EWD 123, 1965",
    program: taking((x) => {
      if (Atomics.load(x, 0) === 0) Atomics.wait(x, 0, 0);
      Atomics.sub(x, 0, 1);
    }),
    expected: { verdict: "violation", bugClass: "lost-update", preemptions: 2, within: 200 },
    twin: {
      name: "it takes a permit that is there, or sleeps",
      bound: 2,
      program: taking((x) => {
        for (;;) {
          const permits = Atomics.load(x, 0);
          if (permits === 0) Atomics.wait(x, 0, 0);
          else if (Atomics.compareExchange(x, 0, permits, permits - 1) === permits) return;
        }
      }),
    },
    allows: (results) => results.at(-1) === 3,
  };
}

export function timeoutNotSeen(): Litmus {
  const [event, data] = [0, 1];
  const waiting = (sleep: (x: Int32Array) => void): Program =>
    onWords(2, {
      threads: [
        (x) => {
          sleep(x);
          return Atomics.load(x, data);
        },
        (x) => {
          Atomics.store(x, data, 42);
          Atomics.store(x, event, 1);
          Atomics.notify(x, event);
        },
      ],
    });
  return {
    name: "a timed wait whose result nobody looks at",
    source: "SCTBench, chess/eventstimeout.cpp",
    program: waiting((x) => void Atomics.wait(x, event, 0, 1_000)),
    expected: { verdict: "violation", preemptions: 1, within: 5 },
    twin: {
      name: "it waits again",
      program: waiting((x) => {
        while (Atomics.load(x, event) === 0) Atomics.wait(x, event, 0, 1_000);
      }),
      bound: 2,
    },
    allows: ([seen]) => seen === 42,
  };
}
