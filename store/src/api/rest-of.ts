/** The items of a generator of which the first has been taken, to see whether it fails at once. */
export async function* restOf<Item>(first: IteratorResult<Item>, rest: AsyncGenerator<Item>): AsyncGenerator<Item> {
  if (!first.done) {
    yield first.value;
    yield* rest;
  }
}
