/** The result of grading a class. Plain data; `schema/class.schema.json` describes it. */
import type { KataResult } from "../result.ts";

/** One kata of a class. */
export interface ClassKata {
  readonly kata: string;
  readonly title: string;
  readonly points: number;
  /** True when hidden scenarios were part of it. */
  readonly hidden: boolean;
  /** Digest of the scenarios and whatever else of the course decides. */
  readonly course: string;
}

/**
 * Whether there is a grade: `missing` if nothing was handed in, `unreadable` if it cannot be taken,
 * `failed` if the grader did not manage.
 */
export type CellState = "graded" | "missing" | "unreadable" | "failed";

/** One student's grade for one kata. */
export interface ClassCell {
  readonly state: CellState;
  /** Why there is no grade. */
  readonly reason?: string;
  /** The commit that was read. */
  readonly commit?: string;
  /** Digest of what was graded. */
  readonly submission?: string;
  /** What was found out; nothing is earned where there is no grade. */
  readonly result: KataResult;
}

/** One student's grades, one for each kata of the class. */
export interface ClassStudent {
  readonly student: string;
  readonly late: boolean;
  readonly earned: number;
  readonly points: number;
  readonly katas: readonly ClassCell[];
}

/** Submissions for one kata that are much alike, for a person to look at; no grade depends on it. */
export interface AlikeGroup {
  readonly kata: string;
  /** Each with how much of its text, in percent, is in that of the one that is most like it. */
  readonly students: readonly { readonly student: string; readonly percent: number }[];
  /** The published solutions among them: `reference`, or an alternative's name. */
  readonly solutions: readonly string[];
}

/** What every grade of a class comes from. */
interface ClassGrader {
  /** Version of the grader. */
  readonly grader: string;
  /** Digest of its program. */
  readonly program: string;
  readonly katas: readonly ClassKata[];
}

/**
 * A whole class. It holds no times and no paths of a machine, so that two gradings are equal byte by
 * byte.
 */
export interface ClassResult extends ClassGrader {
  readonly schema: "concurrency-katas/class/v1";
  readonly earned: number;
  readonly points: number;
  readonly students: readonly ClassStudent[];
  /** Submissions that are much alike; nothing in a class of before they were looked for. */
  readonly alike?: readonly AlikeGroup[];
}

/** The share of a class that one of several machines has graded. */
export interface ClassPart extends ClassGrader {
  readonly schema: "concurrency-katas/class-part/v1";
  readonly shard: number;
  readonly of: number;
  /** Every student of the class; `null` in the place of what another machine grades. */
  readonly students: readonly {
    readonly student: string;
    readonly late: boolean;
    readonly katas: readonly (ClassCell | null)[];
  }[];
  /** Of the whole class: every machine reads all submissions. */
  readonly alike: readonly AlikeGroup[];
}
