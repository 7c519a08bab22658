/**
 * Does `work` for every item, up to `lanes` of them at once, and yields what comes of it in the order of the items.
 * Who stops listening stops what has not begun; an error ends it where its item's turn would have come.
 */
export async function* inLanes<Item, Done>(
  items: readonly Item[],
  lanes: number,
  work: (item: Item, lane: number) => Promise<Done>,
): AsyncGenerator<Done> {
  const free = Array.from({ length: Math.max(1, lanes) }, (_, lane) => lane);
  const running: Promise<Done>[] = [];
  let next = 0;
  let isOver = false;
  const begin = (): void => {
    if (isOver) return;
    while (free.length > 0 && next < items.length) {
      const lane = free.shift() as number;
      const item = items[next++] as Item;
      const done = Promise.resolve().then(() => work(item, lane));
      // It is awaited when its turn comes, which may be after it has failed.
      done
        .finally(() => {
          free.push(lane);
          begin();
        })
        .catch(() => undefined);
      running.push(done);
    }
  };
  try {
    begin();
    for (let i = 0; i < items.length; i++) yield await (running[i] as Promise<Done>);
  } finally {
    isOver = true;
  }
}
