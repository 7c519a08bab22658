import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { GraderError } from "../grade/error.ts";
import { scenarioFilesOf, type KataDefinition } from "../grade/kata.ts";
import { messageOf, oneLine } from "../grade/text.ts";

/** What is known of a scenario before it is run. */
export interface ScenarioFacts {
  readonly id: string;
  readonly title: string;
  readonly contract: string;
  readonly expected: string;
}

/** The scenarios of one file. */
export interface ScenarioGroup {
  readonly title: "public" | "hidden";
  readonly scenarios: readonly ScenarioFacts[];
}

/**
 * What the scenario files of a kata declare, in the order of the report. They are the course's own,
 * and import nothing of a submission but its types.
 *
 * @throws GraderError `E_BAD_SCENARIOS`
 */
export async function loadScenarios(
  kata: KataDefinition,
  options: { readonly hidden: boolean },
): Promise<readonly ScenarioGroup[]> {
  const { files } = scenarioFilesOf(kata, options);
  return Promise.all(
    files.map(async (file, i) => ({
      title: i === 0 ? ("public" as const) : ("hidden" as const),
      scenarios: await loadFile(file, kata),
    })),
  );
}

async function loadFile(file: string, kata: KataDefinition): Promise<readonly ScenarioFacts[]> {
  const where = `katas/${kata.slug}/…/${basename(file)}`;
  const refuse = (what: string): never => {
    throw new GraderError("E_BAD_SCENARIOS", `${where} ${what}`);
  };
  let scenarios: unknown;
  try {
    const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as object;
    scenarios = "default" in module ? module.default : undefined;
  } catch (error) {
    refuse(`cannot be loaded: ${oneLine(messageOf(error), 300)}`);
  }
  if (!Array.isArray(scenarios)) return refuse("must `export default defineScenarios(…)`");
  return scenarios as readonly ScenarioFacts[];
}
