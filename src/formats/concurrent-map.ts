/** Several pieces of work at a time, their results in order. */

/** Keeps up to `most` calls of `work` under way; yields what they give in the order of `items`. */
export async function* mapInOrder<T, R>(
  items: Iterable<T>,
  most: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const under: Promise<R>[] = [];
  for (const item of items) {
    const result = work(item);
    // Its error is thrown when its turn comes, and must not count as unhandled until then.
    result.catch(() => {});
    under.push(result);
    if (under.length >= most) yield (await under.shift()) as R;
  }
  for (const result of under) yield await result;
}
