import type { HostFiles } from "../runtime/host-files.ts";
import type { Sandbox } from "../runtime/sandbox.ts";
import type { CertifiedScenario } from "./certify.ts";
import type { ScenarioResult } from "./result.ts";

/** Tells how a grading comes along. */
export interface GradeProgress {
  readonly kata: string;
  readonly scenario: string;
  readonly state: "started" | "finished";
  readonly result?: ScenarioResult;
  readonly done: number;
  readonly total: number;
}

/** What to grade, and how. */
export interface GradeOptions {
  /** Modules whose default export is what `defineScenarios` returned, as absolute paths. */
  readonly scenarioFiles: readonly string[];
  /** Whether hidden scenarios are among them. */
  readonly hidden?: boolean;
  /** Scenario ids; all unless given. */
  readonly only?: readonly string[];
  /** A replay id: this one schedule is run, nothing is explored. */
  readonly replay?: string;
  /** A certificate: its plans are run again, nothing is explored. */
  readonly verify?: CertifiedScenario;
  /** Takes the certificate of each scenario that passes; without it, none is made. */
  readonly onCertified?: (certified: CertifiedScenario) => void;
  /** Our own modules, bundled beforehand with {@link prepareHosts} from the same files, for many gradings in a row. */
  readonly prepared?: HostFiles;
  /** Host processes at once; as many as there are processors unless given. */
  readonly hosts?: number;
  /** Which processor the first host is pinned to, where hosts are pinned; 0 unless given. */
  readonly firstCpu?: number;
  /** CPU seconds without a step after which a thread is taken to run for ever; 3 unless given. */
  readonly cpuSeconds?: number;
  /** Where its processes run in; unless given, only the compartment and their own process keep them. */
  readonly sandbox?: Sandbox;
  readonly onProgress?: (event: GradeProgress) => void;
  readonly signal?: AbortSignal;
}
