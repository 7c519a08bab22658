import { type Litmus, type Program, onWords } from "../_litmus.ts";

const ALGLAVE = "Alglave, Maranget and Tautschnig, Herding cats, TOPLAS 36(2), 2014";
const BOEHM = "Boehm and Adve, Foundations of the C++ concurrency memory model, PLDI 2008";

/** How threads read and write words. */
interface Access {
  readonly read: (x: Int32Array, word: number) => number;
  readonly write: (x: Int32Array, word: number, value: number) => void;
}

const atomic = (): Access => ({
  read: (x, word) => Atomics.load(x, word),
  write: (x, word, value) => void Atomics.store(x, word, value),
});

const plain = (): Access => ({
  read: (x, word) => x[word]!,
  write: (x, word, value) => void (x[word] = value),
});

interface Shape {
  readonly name: string;
  readonly source: string;
  readonly threads: (access: Access) => readonly ((x: Int32Array) => unknown)[];
  readonly final?: (x: Int32Array) => unknown;
  /** What sequential consistency forbids. */
  readonly forbids: (results: readonly unknown[]) => boolean;
}

/** With plain words a data race, whatever comes out; with atomics right, and nothing forbidden comes out. */
function shape({ name, source, threads, final, forbids }: Shape): Litmus {
  const parts = final === undefined ? {} : { final };
  const by = (access: Access): Program => onWords(2, { threads: threads(access), ...parts });
  return {
    name: `${name}, plain`,
    source,
    program: by(plain()),
    expected: { verdict: "race", bugClass: "unsynchronised-write", preemptions: 0, within: 1 },
    twin: { name: "with Atomics", program: by(atomic()) },
    allows: (results) => !forbids(results),
  };
}

const is = (value: unknown, ...words: readonly number[]): boolean =>
  Array.isArray(value) && words.every((word, i) => value[i] === word);

export const storeBuffering = (): Litmus =>
  shape({
    name: "store buffering (SB)",
    source: ALGLAVE,
    threads: ({ read, write }) => [
      (x) => {
        write(x, 0, 1);
        return read(x, 1);
      },
      (x) => {
        write(x, 1, 1);
        return read(x, 0);
      },
    ],
    forbids: ([a, b]) => a === 0 && b === 0,
  });

export const loadBuffering = (): Litmus =>
  shape({
    name: "load buffering (LB)",
    source: ALGLAVE,
    threads: ({ read, write }) => [
      (x) => {
        const seen = read(x, 1);
        write(x, 0, 1);
        return seen;
      },
      (x) => {
        const seen = read(x, 0);
        write(x, 1, 1);
        return seen;
      },
    ],
    forbids: ([a, b]) => a === 1 && b === 1,
  });

export const iriw = (): Litmus =>
  shape({
    name: "independent reads of independent writes (IRIW)",
    source: BOEHM,
    threads: ({ read, write }) => [
      (x) => write(x, 0, 1),
      (x) => write(x, 1, 1),
      (x) => [read(x, 0), read(x, 1)],
      (x) => [read(x, 1), read(x, 0)],
    ],
    forbids: ([, , a, b]) => is(a, 1, 0) && is(b, 1, 0),
  });

export const writeToReadCausality = (): Litmus =>
  shape({
    name: "write-to-read causality (WRC)",
    source: BOEHM,
    threads: ({ read, write }) => [
      (x) => write(x, 0, 1),
      (x) => {
        const seen = read(x, 0);
        write(x, 1, seen);
        return seen;
      },
      (x) => [read(x, 1), read(x, 0)],
    ],
    forbids: ([, , seen]) => is(seen, 1, 0),
  });

export const twoPlusTwoWrites = (): Litmus =>
  shape({
    name: "two writes and two writes (2+2W)",
    source: ALGLAVE,
    threads: ({ write }) => [
      (x) => {
        write(x, 0, 1);
        write(x, 1, 2);
      },
      (x) => {
        write(x, 1, 1);
        write(x, 0, 2);
      },
    ],
    final: (x) => [...x],
    forbids: (results) => is(results.at(-1), 1, 1),
  });

export const coherence = (): Litmus =>
  shape({
    name: "coherence of two reads (CoRR)",
    source: "openjdk/jcstress, samples, BasicJMM_05_Coherence",
    threads: ({ read, write }) => [(x) => write(x, 0, 1), (x) => [read(x, 0), read(x, 0)]],
    forbids: ([, seen]) => is(seen, 1, 0),
  });

/** Message passing: data are plain, and the flag says that they are there. */
function passing(send: (x: Int32Array) => void, look: (x: Int32Array) => number): Program {
  return onWords(2, {
    threads: [
      (x) => {
        x[0] = 42;
        send(x);
      },
      (x) => (look(x) === 1 ? x[0] : -1),
    ],
  });
}

export const messagePassing = (): Litmus => ({
  name: "message passing (MP), plain flag",
  source: ALGLAVE,
  program: passing(
    (x) => void (x[1] = 1),
    (x) => x[1]!,
  ),
  expected: { verdict: "race", bugClass: "unsynchronised-write", preemptions: 0, within: 1 },
  twin: {
    name: "atomic flag, plain data",
    program: passing(
      (x) => void Atomics.store(x, 1, 1),
      (x) => Atomics.load(x, 1),
    ),
  },
  allows: ([, seen]) => seen === -1 || seen === 42,
});

/** A flag that orders nothing: it was changed by an atomic operation that does not write. */
export const failedExchange = (): Litmus => ({
  name: "message passing by a compareExchange that fails",
  source: "ECMA-262, Memory Model, AtomicCompareExchangeInSharedArrayBuffer",
  program: passing(
    (x) => void Atomics.compareExchange(x, 1, 7, 1),
    (x) => 1 + Atomics.load(x, 1),
  ),
  expected: { verdict: "race", bugClass: "unsynchronised-write", preemptions: 0, within: 1 },
  twin: {
    name: "one that succeeds",
    program: passing(
      (x) => void Atomics.compareExchange(x, 1, 0, 1),
      (x) => Atomics.load(x, 1),
    ),
  },
});
