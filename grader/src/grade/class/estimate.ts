/** How long gradings will take. Pure. */

/** A grading, as far as its time is concerned. */
export interface Timed {
  readonly kata: string;
  readonly milliseconds: number;
}

/** What a grading takes where none has been measured. */
const ASSUMED = 10_000;

/** Tells how long a grading of a kata takes, from those that were done. */
export interface Estimate {
  /** True when it rests on a measurement. */
  readonly measured: boolean;
  /** One grading, in milliseconds. */
  of(kata: string): number;
  /** Many of them in so many lanes, in milliseconds. */
  all(katas: readonly string[], lanes: number): number;
}

/** An estimate from what was measured: of the kata itself, else of all katas, else an assumption. */
export function estimateFrom(done: Iterable<Timed>): Estimate {
  const byKata = new Map<string, { count: number; milliseconds: number }>();
  const total = { count: 0, milliseconds: 0 };
  for (const { kata, milliseconds } of done) {
    const own = byKata.get(kata) ?? { count: 0, milliseconds: 0 };
    byKata.set(kata, own);
    for (const sum of [own, total]) {
      sum.count++;
      sum.milliseconds += milliseconds;
    }
  }
  const mean = (sum: typeof total | undefined): number | undefined =>
    sum === undefined || sum.count === 0 ? undefined : sum.milliseconds / sum.count;
  const of = (kata: string): number => mean(byKata.get(kata)) ?? mean(total) ?? ASSUMED;
  return {
    measured: total.count > 0,
    of,
    all(katas, lanes) {
      const times = katas.map(of);
      const longest = Math.max(0, ...times);
      return Math.max(longest, times.reduce((sum, time) => sum + time, 0) / lanes);
    },
  };
}

/** `less than a minute`, `about 12 min`, `about 2 h 5 min`. */
export function roughly(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes === 0) return "less than a minute";
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `about ${minutes} min` : `about ${hours} h ${minutes % 60} min`;
}
