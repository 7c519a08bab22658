import { blocks, defineModel, oneOf, type Model } from "../../src/history/index.ts";

/** A dictionary whose operations take the name of a register or queue first: that is their part. */
const partOf = ({ args }: { readonly args: readonly unknown[] }): string => String(args[0]);

type Queues = Readonly<Record<string, readonly unknown[]>>;
const noQueues: Queues = {};

/** Any number of FIFO queues, each a part: `put(queue, item)`, `get(queue)`. */
export const queues = (): Model<Queues> =>
  defineModel({
    name: "queues",
    initial: noQueues,
    operations: {
      put: (all, queue: string, item: unknown) => [
        { ...all, [queue]: [...(all[queue] ?? []), item] },
      ],
      get(all, queue: string) {
        const [first, ...rest] = all[queue] ?? [];
        return first === undefined ? blocks : [{ ...all, [queue]: rest }, first];
      },
    },
    partition: partOf,
  });

type Registers = Readonly<Record<string, number>>;
const noRegisters: Registers = {};

/** Any number of registers, each a part and 0 at first: `write(register, value)`, `read(register)`. */
export const registers = (): Model<Registers> =>
  defineModel({
    name: "registers",
    initial: noRegisters,
    operations: {
      write: (all, register: string, value: number) => [{ ...all, [register]: value }],
      read: (all, register: string) => [all, all[register] ?? 0],
    },
    partition: partOf,
  });

/** A nondeterministic specification: `take()` removes any item that was `add`ed. */
export const bag = (): Model<readonly number[]> =>
  defineModel({
    name: "bag",
    initial: [] as readonly number[],
    operations: {
      add: (items, item: number) => [[...items, item].toSorted((a, b) => a - b)],
      take: (items) =>
        items.length === 0
          ? blocks
          : oneOf(...items.map((item, i) => [items.toSpliced(i, 1), item] as const)),
    },
  });
