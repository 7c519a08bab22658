import { Mutex } from "@concurrency-katas/grader/kit";
import { type Litmus, type Program, program, shareWords } from "../_litmus.ts";

interface Buffers {
  /** The buffer's length; all of its characters are its text. */
  readonly length: Int32Array;
  readonly lock: unknown;
}

/** `append(sb)` reads the length of `sb`, then copies so many characters; another thread erases and appends. */
function appending(isAtomic: boolean): Program {
  const copy = ({ length }: Buffers, wanted: number): boolean => wanted <= length[0]!;
  return program<Buffers>({
    setup: () => ({ length: shareWords([3]), lock: Mutex.create().handle }),
    threads: [
      (buffers) => {
        const lock = Mutex.attach(buffers.lock);
        if (isAtomic) return lock.withLock(() => copy(buffers, buffers.length[0]!));
        const length = lock.withLock(() => buffers.length[0]!);
        return lock.withLock(() => copy(buffers, length));
      },
      ({ length, lock }) => {
        for (const characters of [0, 3])
          Mutex.attach(lock).withLock(() => void (length[0] = characters));
      },
    ],
  });
}

export function stringBuffer(): Litmus {
  return {
    name: "StringBuffer.append reads a length that another thread changes",
    source: "SCTBench, conc-bugs/stringbuffer-jdk1.4",
    program: appending(false),
    expected: { verdict: "violation", preemptions: 2, within: 20 },
    twin: { name: "length and copy under one lock", program: appending(true) },
    allows: ([copied]) => copied === true,
  };
}
