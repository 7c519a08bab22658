import { describe, expect, test } from "vitest";
import { planOf, preemptionsOf } from "../../src/schedule/index.ts";
import { campaign } from "./_samples.ts";
import {
  type Thread,
  add,
  execute,
  notify,
  obey,
  read,
  spin,
  steps,
  timedWait,
  write,
} from "./_simulator.ts";

const program: readonly Thread[] = [
  steps(add(0, 1), timedWait(1, 0), add(0, 1)),
  steps(read(0), write(2, 1), notify(1), read(0)),
  steps(spin(2, 1), add(0, 1)),
];

describe("an execution as a plan", () => {
  test("leads to that execution again, whatever drew it", () => {
    for (const drawn of campaign("portfolio", program, { samples: 200 })) {
      const again = execute(program, obey(planOf(drawn)));
      expect(again.schedule).toBe(drawn.schedule);
      expect(preemptionsOf(drawn)).toBe(drawn.preemptions);
    }
  });

  test("of what happens anyway is empty", () => {
    expect(planOf(execute(program, obey([])))).toEqual([]);
  });

  test("has one departure for each thing that was not left to happen", () => {
    const program = [steps(read(0), read(0)), steps(read(1))];
    const path = execute(program, obey([{ step: 1, action: 1 }]));
    expect(path.schedule).toBe("010");
    expect(planOf(path)).toEqual([{ step: 1, action: 1 }]);
  });
});
