import { type Litmus, type Program, onWords } from "../_litmus.ts";

const SOURCE =
  "Burckhardt et al., A randomized scheduler with probabilistic guarantees, ASPLOS 2010";

export function pctFigure1b(): Litmus {
  const using = (use: (x: Int32Array) => boolean): Program =>
    onWords([1], { threads: [use, (x) => void Atomics.store(x, 0, 0)] });
  return {
    name: "an object is checked, another thread takes it away, and it is used",
    source: `${SOURCE}, fig. 1b`,
    program: using((x) => Atomics.load(x, 0) === 0 || Atomics.load(x, 0) === 1),
    expected: { verdict: "violation", preemptions: 1, within: 5 },
    twin: {
      name: "what was checked is used",
      program: using((x) => {
        const seen = Atomics.load(x, 0);
        return seen === 0 || seen === 1;
      }),
    },
    allows: ([holds]) => holds === true,
  };
}

export function pctFigure5(): Litmus {
  const steps = 20;
  const running = (initialised: number): Program =>
    onWords([initialised, 0], {
      threads: [
        (x) => {
          for (let i = 0; i < steps; i++) Atomics.add(x, 1, 1);
          return Atomics.load(x, 0) === 1;
        },
        (x) => void Atomics.store(x, 0, 1),
      ],
    });
  return {
    name: "a thread of 20 steps ends before another one's first",
    source: `${SOURCE}, fig. 5`,
    program: running(0),
    expected: { verdict: "violation", bugClass: "wrong-result", preemptions: 0, within: 1 },
    twin: { name: "initialised beforehand", program: running(1) },
    allows: ([holds]) => holds === true,
  };
}
