import type { SubmissionBundle } from "../runtime/bundle.ts";
import type { HostFiles } from "../runtime/host-files.ts";
import { positionOf, runProcesses } from "../runtime/processes/run.ts";
import type { Sandbox } from "../runtime/sandbox.ts";
import type { ProcessScenario } from "../scenario/index.ts";
import { isRight, judgeProcesses } from "./judge-processes.ts";
import type { ScenarioOutcome } from "./outcome.ts";
import { placeAt } from "./place.ts";

/** Runs a process scenario in a process tree of its own, and judges it. */
export async function runProcessScenario(run: {
  readonly scenario: ProcessScenario<unknown>;
  readonly own: HostFiles;
  readonly bundle: SubmissionBundle;
  readonly files: ReadonlyMap<string, string>;
  readonly sandbox?: Sandbox | undefined;
  readonly signal?: AbortSignal | undefined;
}): Promise<ScenarioOutcome> {
  const { scenario, own, bundle, files, sandbox, signal } = run;
  const shown = await runProcesses({
    scenario,
    own,
    bundle,
    sandbox,
    signal,
    isWanted: ({ outcome }) => isRight(scenario, outcome),
  });
  return judgeProcesses(scenario, shown, (site) => {
    const position = positionOf(bundle, site);
    return position === undefined ? undefined : placeAt(files, position);
  });
}
