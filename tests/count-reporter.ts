import type { FullResult, Reporter, Suite } from '@playwright/test/reporter';

/** Closes a run with the one line that CI reads: `N passed, N failed`. */
export default class CountReporter implements Reporter {
  #suite: Suite | undefined;

  onBegin(_config: unknown, suite: Suite): void {
    this.#suite = suite;
  }

  onEnd(result: FullResult): void {
    const tests = this.#suite?.allTests() ?? [];
    const outcomes = tests.map((test) => test.outcome());
    const count = (...wanted: string[]) => outcomes.filter((outcome) => wanted.includes(outcome)).length;
    // A run that was cut short has tests that never ran: that is a failure too.
    const failed = count('unexpected') + (result.status === 'interrupted' || result.status === 'timedout' ? 1 : 0);
    const skipped = count('skipped');
    const notes = tests.flatMap((test) => test.results.flatMap(({ annotations }) => annotations));
    const reasons = notes.filter(({ type, description }) => type === 'skip' && description);
    for (const reason of new Set(reasons.map(({ description }) => description))) {
      process.stdout.write(`\nskipped: ${reason}\n`);
    }
    process.stdout.write(
      `\n${count('expected', 'flaky')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`
    );
  }

  printsToStdio(): boolean {
    return false;
  }
}
