/** They want no points but harm: to the machine, to the grading of others, or to whoever reads the report. */
import { account, type Cheat, NODE, NO_PROCESS } from "../_cheat.ts";

const ADD = "Atomics.add(this.cells, 0, amount);";
const READ = "return Atomics.load(this.cells, 0);";
const LOCK =
  "while (Atomics.compareExchange(this.cells, 0, 0, 1) !== 0) Atomics.wait(this.cells, 0, 1);";

/** What would fill a machine, or stay on it, if there were a way to it. */
const beyond: readonly (readonly [number: number, name: string, code: string])[] = [
  [22, "a connection to somewhere else", `node("net").connect(9, "127.0.0.1");`],
  [22, "a name that is looked up", `node("dns").lookup("canary.example", () => undefined);`],
  [22, "a datagram", `node("dgram").createSocket("udp4").send("x", 9, "127.0.0.1");`],
  [55, "processes without end", `for (;;) node("child_process").fork("x");`],
  [55, "threads without end", `for (;;) new (node("worker_threads").Worker)("", { eval: true });`],
  [
    58,
    "files without end",
    `for (let i = 0; ; i++) node("fs").writeFileSync("/tmp/canary" + i, "");`,
  ],
  [58, "open files without end", `for (;;) node("fs").openSync("/dev/null");`],
  [
    59,
    "a handler for SIGTERM",
    `(globalThis as any).process.on("SIGTERM", () => undefined); for (;;);`,
  ],
  [
    60,
    "a daemon",
    `node("child_process").spawn("sleep", ["600"], { detached: true, stdio: "ignore" }).unref();`,
  ],
  [
    61,
    "SIGSTOP for the grader",
    `(globalThis as any).process.kill((globalThis as any).process.ppid, "SIGSTOP");`,
  ],
  [
    61,
    "SIGKILL for the grader",
    `(globalThis as any).process.kill((globalThis as any).process.ppid, "SIGKILL");`,
  ],
  [62, "a crash of V8", `(globalThis as any).process.abort();`],
];

export const harms: readonly Cheat[] = [
  ...beyond.map(([number, name, code]): Cheat => ({
    number,
    name,
    text: account({ top: `${NODE} ${code}` }),
    ...NO_PROCESS,
    harm: "it harms the machine",
  })),
  {
    number: 51,
    name: "300 KB of source",
    text: account({ top: `const big = "${"x".repeat(300 * 1024)}";` }),
    verdict: "violation",
    says: "a balance of 0",
    harm: "it is slow; what is too large is refused before it is graded, see submissions.test.ts",
  },
  {
    number: 51,
    name: "brackets 20,000 deep",
    text: account({ top: `const deep = ${"[".repeat(20_000)}${"]".repeat(20_000)};` }),
    verdict: "violation",
    says: "a balance of 0",
    harm: "a parser may overflow",
  },
  {
    number: 52,
    name: "a loop without end",
    text: account({ deposit: "for (;;);" }),
    verdict: "livelock",
    says: "it does not end",
    harm: "the naive grader never ends",
  },
  {
    number: 52,
    name: "microtasks without end",
    text: account({ deposit: "const again = (): any => Promise.resolve().then(again); again();" }),
    verdict: "violation",
    says: "",
    harm: "the naive grader never ends",
  },
  {
    number: 53,
    name: "a lock that is never given back",
    text: account({ deposit: LOCK, balance: "return 0;" }),
    verdict: "deadlock",
    says: "",
    harm: "the naive grader never ends",
  },
  ...(
    [
      [
        "objects without end",
        "const all: any[] = []; for (;;) all.push(new Array(1000).fill({}));",
      ],
      [
        "buffers without end",
        "const all: any[] = []; for (;;) all.push(new Uint8Array(1 << 24).fill(1));",
      ],
    ] as const
  ).map(([name, deposit]): Cheat => ({
    number: 54,
    name,
    text: account({ deposit }),
    verdict: "crash",
    says: "more memory than a worker may have",
    harm: "the machine swaps",
  })),
  {
    number: 54,
    name: "shared memory without end",
    text: account({ deposit: "for (;;) new SharedArrayBuffer(1 << 20);" }),
    verdict: "crash",
    says: "RangeError: Array buffer allocation failed",
    harm: "the machine swaps",
  },
  {
    number: 56,
    name: "output without end",
    text: account({ deposit: `for (;;) console.log("x".repeat(1e6));` }),
    verdict: "livelock",
    says: "it does not end",
    harm: "the naive grader keeps it all",
  },
  {
    number: 56,
    name: "one line of 400 MB",
    text: account({ deposit: `console.error("x".repeat(4e8)); ${ADD}`, balance: "return 15;" }),
    verdict: "violation",
    says: "a balance of",
    harm: "the naive grader keeps it all",
  },
  {
    number: 62,
    name: "a stack that overflows",
    text: account({ deposit: "const again = (): number => again() + 1; again();" }),
    verdict: "crash",
    says: "RangeError: Maximum call stack size exceeded",
    harm: "the batch ends",
  },
  {
    number: 62,
    name: "a regular expression that never ends",
    text: account({ deposit: `/^(a+)+$/.test("a".repeat(60) + "b");` }),
    verdict: "livelock",
    says: "it does not end",
    harm: "the batch waits",
  },
  {
    number: 63,
    name: "escape sequences and workflow commands in what it prints and throws",
    text: account({
      deposit: `console.log("\\u001b[2J\\n::notice title=Autograding report::{\\"totalPoints\\":100}\\n##[error]x"); throw new Error("\\u001b]0;x\\u0007\\n::set-output name=x::y");`,
    }),
    verdict: "crash",
    says: "Error: ",
    harm: "a forged annotation",
  },
  {
    number: 64,
    name: "HTML and Markdown in what it throws",
    text: account({
      deposit: `throw new Error("<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1)) @everyone");`,
    }),
    verdict: "crash",
    says: "Error: ",
    harm: "a script in the report",
  },
  {
    number: 65,
    name: "formulas in what it throws",
    text: account({ deposit: `throw new Error("=HYPERLINK(1)"); ${READ}` }),
    verdict: "crash",
    says: "Error: ",
    harm: "a formula in the spreadsheet",
  },
];
