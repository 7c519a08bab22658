import { lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Kind, kindOf, readSource } from "./_read-source.ts";

/** The files of somebody else, on the disk or in a commit. Paths have slashes and begin at its root. */
export interface SourceTree {
  /** What a message calls it. */
  readonly where: string;
  /** What is there; `undefined` where nothing is, or nothing that can be reached. */
  kindOf(path: string): Kind | undefined;
  /** What a folder holds, sorted by name. */
  entries(path: string): readonly { readonly name: string; readonly kind: Kind }[];
  /**
   * The text of a regular file of at most `limit` bytes, which a message calls `where`.
   *
   * @throws GraderError `E_BAD_SUBMISSION`
   */
  read(path: string, where: string, limit: number): string;
}

/** The folder `root`, which may itself be reached by links. */
export function diskTree(root: string): SourceTree {
  return {
    where: root,
    kindOf(path) {
      try {
        return kindOf(path === "" ? statSync(root) : lstatSync(join(root, path)));
      } catch {
        return undefined;
      }
    },
    entries(path) {
      return readdirSync(join(root, path), { withFileTypes: true })
        .map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    read: (path, where, limit) => readSource(join(root, path), where, limit),
  };
}
