import { expect, test } from "vitest";
import { toMarkdown } from "../../src/report/index.ts";
import { grade, kata, line, overdraft, passed } from "./_results.ts";

test("Markdown has the points, the rubric and a folded story for each failure", () => {
  const result = grade(
    kata({
      scenarios: [overdraft, passed("T1", "deposits")],
      rubric: [
        line("T1", "no deposit is lost", 8, 8),
        line("T2", "no money is withdrawn twice", 0, 10),
      ],
    }),
  );
  expect(`\n${toMarkdown(result)}`).toMatchInlineSnapshot(`
    "
    # ada: 8/18

    ## \` kata-bank-balance \` Bank balance: 8/18

    S safety 8/18

    | | points | it must hold that | |
    |---|---:|---|---|
    | \` T1 \` | 8/8 | no deposit is lost | passed: complete, 9,700 schedules |
    | \` T2 \` | 0/10 | no money is withdrawn twice | \` check-then-act: overdraft \` |

    <details><summary>T2 check-then-act: overdraft</summary>

    \`\`\`text
    FAIL  T2 two withdraw(8) from balance 10                   check-then-act: overdraft
      expected  exactly one withdraw returns true, balance 2        got  true, true, balance -6
      found with 1 preemption, none with 0 (48 schedules)
      replay    npm test -w kata-bank-balance -- --replay T2:7Hk2
        worker A                                               worker B
        src/index.ts:21  load balance → 10
                                               ⚡ preempted    src/index.ts:21  load balance → 10
                                                               src/index.ts:22  sub 8 → balance 2    returns true
        src/index.ts:22  sub 8 → balance -6    returns true
      why       worker A checked balance when it was 10 (src/index.ts:21), but worker B changed it to 2 (src/index.ts:22)
                before worker A acted on that (src/index.ts:22), so it went down to -6
      contract  "the balance is never negative, not even for a moment"
      hint      npm run hint -w kata-bank-balance -- 1
    \`\`\`

    </details>
    "
  `);
});

test("a summary stays below the limit, and says what it leaves out", () => {
  const story = {
    ...overdraft.story!,
    rows: Array.from({ length: 40 }, () => ({
      column: 0,
      preempted: false,
      text: "漢".repeat(100),
    })),
  };
  const scenarios = Array.from({ length: 200 }, (_, i) => ({ ...overdraft, id: `T${i}`, story }));
  const text = toMarkdown(grade(kata({ scenarios, rubric: [] })));
  expect(new TextEncoder().encode(text).length).toBeLessThan(1_000_000);
  expect(text).toMatch(/\d+ more failures are left out here/);
});
