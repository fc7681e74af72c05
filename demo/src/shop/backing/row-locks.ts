/** Exclusive locks by key, first come, first served, as row locks are. */
export class RowLocks {
  private readonly tails = new Map<string, Promise<void>>();

  /** Waits for the row; resolves with the function that lets it go. */
  async acquire(key: string): Promise<() => void> {
    const before = this.tails.get(key) ?? Promise.resolve();
    let release = (): void => undefined;
    const mine = new Promise<void>((resolve) => {
      release = resolve;
    });
    const tail = before.then(() => mine);
    this.tails.set(key, tail);
    await before;
    return () => {
      release();
      if (this.tails.get(key) === tail) {
        this.tails.delete(key);
      }
    };
  }

  isLocked(key: string): boolean {
    return this.tails.has(key);
  }
}
