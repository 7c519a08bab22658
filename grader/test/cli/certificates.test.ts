import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test, vi } from "vitest";
import { REPOSITORY, folderOf } from "../grade/_course.ts";
import { runKatas } from "./_bin.ts";

// Each of these starts the real command, more than once.
vi.setConfig({ testTimeout: 120_000 });

const REFERENCE = "solutions/bank-balance/src/index.ts";
const MUTANT = "solutions/bank-balance/mutants/load-then-store.ts";

/** What a test changes of a certificate. */
interface File {
  claim: unknown;
  reductions: string[];
  executions: { plan: number[][]; digest: string }[];
}

/** The certificate of T1, written by the command. */
async function certificateOf(submission: string, id: string): Promise<string> {
  const folder = join(folderOf({}), "certificates");
  const argv = ["grade", "-k", "bank-balance", "-s", submission, "--only", id];
  await runKatas([...argv, "--certificates", folder], REPOSITORY);
  return join(folder, `bank-balance-${id}.json`);
}

const verify = (path: string, submission = REFERENCE) =>
  runKatas(["verify", path, "-s", submission], REPOSITORY);

test("the reference's T1 is certified, and the certificate holds", async () => {
  const path = await certificateOf(REFERENCE, "T1");
  const schema = new URL("../../schema/certificate.schema.json", import.meta.url);
  const isCertificate = new Ajv2020({ allErrors: true }).compile(
    JSON.parse(readFileSync(schema, "utf8")) as object,
  );
  isCertificate(JSON.parse(readFileSync(path, "utf8")));
  expect(isCertificate.errors).toBeNull();
  expect(await verify(path)).toEqual({
    code: 0,
    stdout: "kata-bank-balance T1  holds: complete, 30 schedules, 90 states\n",
    stderr: "",
  });

  const other = await verify(path, MUTANT);
  expect(other).toMatchObject({ code: 2, stdout: "" });
  expect(other.stderr).toMatch(
    /^katas: \S+ is about another submission, src\/index\.ts differs: say which with --submission \(E_BAD_CERTIFICATE\)\n$/u,
  );
});

test("what is taken as given is said", async () => {
  const path = await certificateOf(REFERENCE, "T2");
  expect((await verify(path)).stdout).toMatchInlineSnapshot(`
    "kata-bank-balance T2  holds: complete, 6 schedules, 15 states
      taken as given: the scenario's check looks at what the calls return, not at their order
    "
  `);
});

test("a certificate that was changed does not hold, and one line says why", async () => {
  const path = await certificateOf(REFERENCE, "T1");
  const original = readFileSync(path, "utf8");
  const refusal = async (change: (file: File) => void): Promise<string> => {
    const file = JSON.parse(original) as File;
    change(file);
    writeFileSync(path, JSON.stringify(file));
    const { code, stdout, stderr } = await verify(path);
    expect([code, stderr]).toEqual([1, ""]);
    return stdout.replace("kata-bank-balance T1  does not hold: ", "").trimEnd();
  };
  expect(await refusal(({ executions }) => executions.pop())).toMatchInlineSnapshot(
    `"at step 3 of plan 22, worker B could have gone on, with 2 preemptions in all, and no plan does that"`,
  );
  expect(await refusal(({ executions }) => executions.splice(7, 1))).toMatchInlineSnapshot(
    `"plan 15 departs from an execution that is not listed: that of 1:2"`,
  );
  expect(
    await refusal(({ executions }) => {
      executions[4]!.digest = "0".repeat(64);
    }),
  ).toMatch(/^plan 5 does not do again what was recorded: [\da-f]{64}, not 0{64}$/u);
});

test("a submission that fails is not certified", async () => {
  const folder = join(folderOf({}), "certificates");
  mkdirSync(folder);
  const argv = ["grade", "-k", "bank-balance", "-s", MUTANT, "--only", "T1"];
  const { code } = await runKatas([...argv, "--certificates", folder], REPOSITORY);
  expect(code).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ["text", "no JSON", "is no certificate (concurrency-katas/certificate/v1): write it again"],
  ["a result", '{ "schema": "concurrency-katas/result/v1" }', "is no certificate"],
])("%s is wrong use", async (_, content, says) => {
  const root = folderOf({ "file.json": content });
  const { code, stderr } = await verify(join(root, "file.json"));
  expect(code).toBe(2);
  expect(stderr).toContain(says);
});

test("a certificate that rests on an unknown rule is wrong use", async () => {
  const path = join(folderOf({}), "file.json");
  const proof = { claim: { kind: "complete" }, reductions: ["magic"], executions: [] };
  const subject = { grader: "0", kata: "bank-balance", submission: {}, scenarios: {} };
  const schema = "concurrency-katas/certificate/v1";
  const file = { schema, ...subject, scenario: "T1", stateless: true, ...proof };
  writeFileSync(path, JSON.stringify(file));
  const { code, stderr } = await verify(path);
  expect(code).toBe(2);
  expect(stderr).toContain('uses the reduction "magic", which this checker does not know');
});
