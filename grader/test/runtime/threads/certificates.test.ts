import { expect, test } from "vitest";
import type { CertifiedScenario } from "../../../src/grade/certify.ts";
import { type Program, type Programs, gradePrograms } from "./_programs.ts";

const stores = "Atomics.store(x, 0, 1);";

/** Correct programs that wait in every way that the engine knows. */
const programs: Programs = {
  counter: { threads: ["Atomics.add(x, 0, 1);", "Atomics.add(x, 0, 1);"] },
  "spins until it is let through": {
    threads: ["while (Atomics.load(x, 0) === 0);", stores],
  },
  "looks five times at most": {
    threads: ["let i = 0; while (Atomics.load(x, 0) === 0 && i < 5) i++; return i;", stores],
  },
  "looks at two cells, five times at most": {
    threads: [
      "for (let i = 0; i < 5; i++) if (Atomics.load(x, 0) + Atomics.load(x, 1) === 2) return i;",
      `${stores} Atomics.store(x, 1, 1);`,
    ],
  },
  "takes a lock, looks, gives it back": {
    threads: [
      `for (;;) {
        while (Atomics.compareExchange(x, 1, 0, 1) !== 0);
        const seen = Atomics.load(x, 0);
        Atomics.store(x, 1, 0);
        if (seen === 1) return;
      }`,
      stores,
    ],
  },
  "sleeps until it is woken, or for so long": {
    threads: [
      "return Atomics.wait(x, 0, 0, 10);",
      "return Atomics.wait(x, 0, 0);",
      `${stores} Atomics.notify(x, 0);`,
    ],
  },
};

async function certify(all: Programs): Promise<readonly CertifiedScenario[]> {
  const certified: CertifiedScenario[] = [];
  const results = await gradePrograms(all, { onCertified: (one) => certified.push(one) });
  expect([...results.values()].map(({ verdict, message }) => message ?? verdict)).toEqual(
    [...results.keys()].map(() => "pass"),
  );
  return certified.toSorted((a, b) => (a.scenario < b.scenario ? -1 : 1));
}

/** Why a certificate is refused; undefined = it holds. */
async function refusal(all: Programs, verify: CertifiedScenario): Promise<string | undefined> {
  const [result] = (await gradePrograms(all, { verify })).values();
  return result?.verdict === "pass" ? undefined : result?.message;
}

test("whatever a thread waits for, the certificate holds, and names what it takes as given", async () => {
  const certified = await certify(programs);
  for (const one of certified) expect(await refusal(programs, one)).toBeUndefined();
  const names = Object.keys(programs);
  const named = certified.map(({ proof }, i) => [names[i], proof.reductions.join(" ")]);
  expect(Object.fromEntries(named)).toMatchInlineSnapshot(`
    {
      "counter": "unordered-calls",
      "looks at two cells, five times at most": "spins unordered-calls",
      "looks five times at most": "spins unordered-calls",
      "sleeps until it is woken, or for so long": "unordered-calls",
      "spins until it is let through": "spins unordered-calls",
      "takes a lock, looks, gives it back": "spins unordered-calls",
    }
  `);
});

test("what a rule leaves out is missed where the rule is not taken as given", async () => {
  const program: Program = programs["spins until it is let through"]!;
  const [one] = await certify({ program });
  const { proof, ...rest } = one!;
  const strict = { ...rest, proof: { ...proof, reductions: ["unordered-calls"] as const } };
  expect(await refusal({ program }, strict)).toMatch(
    /^at step \d+ of plan \d+, .* no plan does that$/u,
  );
});

test("a thread that has fewer looks left is in another state, although it has seen the same", async () => {
  const program: Program = {
    threads: [
      "const seen = []; for (let i = 0; i < 3; i++) seen.push(Atomics.load(x, 0)); return seen.join('');",
      "Atomics.store(x, 0, 1);",
      "Atomics.store(x, 0, 2);",
    ],
    allowed: [
      "000",
      "001",
      "002",
      "011",
      "022",
      "021",
      "111",
      "112",
      "122",
      "222",
      "221",
      "211",
    ].map((seen) => [seen, null, null, null]),
  };
  const result = (await gradePrograms({ program })).get("program");
  expect(result).toMatchObject({ verdict: "violation", story: { preemptions: 2 } });
  expect(result?.got).toBe('["012",null,null,null]');
});
