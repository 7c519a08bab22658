import { relative } from "node:path";
import { pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
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
  const path = relative(kata.folder, file).replaceAll("\\", "/");
  const where = `katas/${kata.slug}/${path}`;
  const refuse = (what: string): never => {
    throw new GraderError("E_BAD_SCENARIOS", `${where} ${what}`);
  };
  let scenarios: unknown;
  try {
    const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as object;
    scenarios = "default" in module ? module.default : undefined;
  } catch (error) {
    const [first = "", second = ""] = stripVTControlCharacters(messageOf(error))
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
    refuse(`cannot be loaded: ${oneLine(`${first} ${second}`.trim(), 300)}`);
  }
  if (!Array.isArray(scenarios) || !scenarios.every(isScenario)) {
    return refuse("must `export default defineScenarios(…)`");
  }
  return scenarios;
}

function isScenario(value: unknown): value is ScenarioFacts {
  if (typeof value !== "object" || value === null) return false;
  const { id, title } = value as Partial<Record<keyof ScenarioFacts, unknown>>;
  return typeof id === "string" && typeof title === "string";
}
