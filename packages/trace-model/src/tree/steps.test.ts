import { runNow, runSliced, type Steps } from './steps.ts';

function* count(to: number): Steps<number> {
  for (let at = 0; at < to; at++) {
    yield;
  }
  return to;
}

/** Each look at the clock takes a millisecond. */
function harness() {
  const calls = { clock: 0, pauses: 0 };
  const options = {
    budgetMs: 3,
    now: () => calls.clock++,
    pause: () => {
      calls.pauses += 1;
      return Promise.resolve();
    },
  };
  return { calls, options };
}

test('all steps at once', () => {
  expect(runNow(count(1000))).toBe(1000);
});

test('a pause when the time is up', async () => {
  const { calls, options } = harness();
  expect(await runSliced(count(30), options)).toBe(30);
  expect(calls.pauses).toBe(10);
});

test('stops between two steps when it is told to, with the reason', async () => {
  const { calls, options } = harness();
  const signal = { aborted: false, reason: new Error('enough') };
  const pause = () => {
    signal.aborted = calls.pauses === 2;
    return options.pause();
  };
  await expect(runSliced(count(30), { ...options, pause, signal })).rejects.toThrow('enough');
  expect(calls.pauses).toBe(3);
});

test('rejects with what a step throws', async () => {
  const failing = (function* (): Steps<void> {
    yield;
    throw new Error('broken');
  })();
  await expect(runSliced(failing, harness().options)).rejects.toThrow('broken');
});
