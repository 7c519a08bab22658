/** The corpus as scenarios: each program is one, `<program>`, and its twin another, `<program>-twin`. */
import type { ThreadBody, ThreadScenario } from "../../src/scenario/index.ts";
import { families } from "./_corpus.ts";
import type { Litmus, Pass, Program } from "./_litmus.ts";

type Submission = Readonly<Record<string, () => Litmus>>;

/** More preemptions than any program here has steps. */
const ANY = 1_000;

/** Preemptions that a pass must exhaust; of a program with a bug, as many as are enough to find it. */
function required(expected: Litmus["expected"]): number {
  return expected.verdict === "pass" ? (expected.bound ?? ANY) : Math.max(2, expected.preemptions);
}

/** Threads of one function get one body: the engine then knows that they may change places. */
function bodiesOf(
  { threads }: Program,
  made: (kata: Submission) => Program,
): readonly ThreadBody<Submission>[] {
  const bodies = threads.map((_, i): ThreadBody<Submission> => (kata, handle, thread) => {
    thread.operation("thread", [], () => made(kata).threads[i]?.(handle as never));
  });
  return threads.map((run) => bodies[threads.indexOf(run)] as ThreadBody<Submission>);
}

function scenarioOf(
  id: string,
  { name, source, allows }: Litmus,
  pick: (litmus: Litmus) => Program,
  about: { readonly program: Program; readonly expected: Litmus["expected"] },
): ThreadScenario<Submission> {
  const made = (kata: Submission): Program =>
    pick((kata[id.replace("-twin", "")] as () => Litmus)());
  return {
    engine: "threads",
    id,
    title: name,
    group: "S",
    contract: source,
    expected: "what the program's results allow",
    explore: { preemptions: required(about.expected) },
    setup: (kata) => made(kata).setup(),
    threads: bodiesOf(about.program, made),
    finally(kata, handle, thread) {
      thread.operation("main", [], () => made(kata).final?.(handle as never));
    },
    check: (outcome) => allows?.([...outcome.results("thread"), outcome.final("main")]) ?? true,
    got: (outcome) => JSON.stringify([...outcome.results("thread"), outcome.final("main")]),
  };
}

export default families.flatMap(({ programs }) =>
  Object.entries(programs).flatMap(([id, make]) => {
    const litmus = make();
    const { program, expected, twin } = litmus;
    const own = scenarioOf(id, litmus, (made) => made.program, { program, expected });
    if (twin === undefined) return [own];
    const pass: Pass = { verdict: "pass", ...twin };
    const right = { program: twin.program, expected: pass };
    return [own, scenarioOf(`${id}-twin`, litmus, (made) => (made.twin ?? made).program, right)];
  }),
);
