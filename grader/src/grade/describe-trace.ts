import type { BundleFrame, TraceEvidence } from "../runtime/evidence.ts";
import type { Finding } from "./judge.ts";
import { firstPlace, placeOf } from "./place.ts";
import type { ScenarioResult, SourcePlace, Story } from "./result.ts";
import { buildStory, diagnose } from "./story/index.ts";
import type { ScenarioRun } from "./thread-run.ts";

/** What is known of a trace beside itself. */
export interface StoryFacts {
  readonly verdict: Finding["verdict"];
  readonly replay: string;
  readonly preemptions: number;
  readonly schedule: number;
  readonly minimal: boolean;
  readonly operation?: Finding["operation"];
}

/** Story, diagnosis, message and place of one recorded execution. */
export function describeTrace(
  run: ScenarioRun,
  trace: TraceEvidence,
  about: StoryFacts,
): Partial<ScenarioResult> {
  const { scenario } = run;
  const locate = (frame: BundleFrame): SourcePlace | undefined => placeOf(run, frame);
  const story: Story = buildStory(trace, {
    locate,
    preemptions: about.preemptions,
    minimal: about.minimal,
    schedule: about.schedule,
    replay: about.replay,
    threads: scenario.threads.length,
  });
  const named = diagnose(trace, {
    verdict: about.verdict,
    expected: scenario.expected,
    contract: scenario.contract,
    threads: scenario.threads.length,
    locate,
    sourceOf: (file) => run.files.get(file),
    ...(about.operation === undefined ? {} : { failingOperation: about.operation }),
  });
  const { crash, refused } = trace;
  const at = crash === undefined ? undefined : firstPlace(run, crash.frames);
  return {
    story,
    ...named,
    // An assertion of the scenario stops the execution as an error would, but it is a judgement.
    ...(crash?.assertion === true && about.verdict === "crash"
      ? { verdict: "violation" as const }
      : {}),
    ...(crash === undefined
      ? {}
      : { message: crash.assertion ? crash.message : `${crash.code}: ${crash.message}` }),
    ...(refused === undefined ? {} : { message: `${refused} cannot be used in this kata` }),
    ...(at === undefined ? {} : { place: at }),
  };
}
