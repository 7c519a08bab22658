import { basename } from "node:path";

/** A program that stands in for some of the files of the reference. */
export interface Overlay {
  readonly name: string;
  /** For each file that it replaces, in the order of `editable`, the name of its own. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * The programs whose files are called `names`, sorted. `lazy.ts` stands in for the first file of
 * `editable`, and `lazy.child.ts` for `src/child.ts`; both together are one program. Other names
 * are no program's.
 */
export function overlaysOf(
  names: readonly string[],
  editable: readonly string[],
): readonly Overlay[] {
  const found = names.flatMap((file) => {
    const [, name, part] = /^([a-z0-9]+(?:-[a-z0-9]+)*)(?:\.([\w-]+))?\.ts$/.exec(file) ?? [];
    return name === undefined ? [] : [{ file, name, part }];
  });
  const ofProgram = (name: string): Overlay["files"] =>
    new Map(
      editable.flatMap((path, i) => {
        const part = i === 0 ? undefined : basename(path, ".ts");
        const own = found.find((one) => one.name === name && one.part === part);
        return own === undefined ? [] : [[path, own.file] as const];
      }),
    );
  return [...new Set(found.map(({ name }) => name))]
    .toSorted()
    .map((name) => ({ name, files: ofProgram(name) }))
    .filter(({ files }) => files.size > 0);
}
