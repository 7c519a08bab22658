/** What a host of threads is started with. */
export interface HostStart {
  /** The submission's bundle, and paths of the worker's and the scenarios' modules. */
  readonly code: string;
  readonly stateless: boolean;
  readonly workerFile: string;
  readonly scenarioFile: string;
  /** Number of threads of each scenario by id. */
  readonly threads: Readonly<Record<string, number>>;
  /** Turn-cell loads before a thread sleeps: 0 when the process is pinned to one CPU. */
  readonly spin: number;
  readonly arenaBytes: number;
  /** CPU seconds without a step after which a thread is taken to run for ever; 3 unless given. */
  readonly cpuSeconds?: number;
}
