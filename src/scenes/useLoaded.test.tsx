import { act, renderHook } from '@testing-library/react';
import { useLoaded } from './useLoaded';

/** A load that the test settles. */
function pending<T>() {
  let settle: { resolve: (value: T) => void; reject: (error: unknown) => void };
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  const signals: AbortSignal[] = [];
  const load = (signal: AbortSignal) => {
    signals.push(signal);
    return promise;
  };
  return {
    load,
    signals,
    resolve: (value: T) => act(async () => settle.resolve(value)),
    reject: (error: unknown) => act(async () => settle.reject(error)),
  };
}

test('the last answer stays while a new one is on its way', async () => {
  const [first, second] = [pending<number>(), pending<number>()];
  const { result, rerender } = renderHook(({ load }) => useLoaded('a', load), { initialProps: first });
  expect(result.current).toMatchObject({ value: undefined, isLoading: true });
  await first.resolve(1);
  expect(result.current).toMatchObject({ value: 1, isLoading: false });
  rerender(second);
  expect(result.current).toMatchObject({ value: 1, isLoading: true });
  await second.resolve(2);
  expect(result.current).toMatchObject({ value: 2, isLoading: false });
});

test('an answer of another key is not shown', async () => {
  const [first, second] = [pending<number>(), pending<number>()];
  const { result, rerender } = renderHook(({ name, load }) => useLoaded(name, load), {
    initialProps: { name: 'a', load: first.load },
  });
  await first.resolve(1);
  rerender({ name: 'b', load: second.load });
  expect(result.current).toMatchObject({ value: undefined, isLoading: true });
});

test('a late answer is dropped, and its request ended', async () => {
  const [first, second] = [pending<number>(), pending<number>()];
  const { result, rerender } = renderHook(({ load }) => useLoaded('a', load), { initialProps: first });
  rerender(second);
  expect(first.signals[0].aborted).toBe(true);
  await second.resolve(2);
  await first.resolve(1);
  expect(result.current.value).toBe(2);
});

test('an error replaces the answer, and an answer the error', async () => {
  const [first, second] = [pending<number>(), pending<number>()];
  const { result, rerender } = renderHook(({ load }) => useLoaded('a', load), { initialProps: first });
  await first.reject(new Error('no'));
  expect(result.current).toMatchObject({ value: undefined, error: new Error('no'), isLoading: false });
  rerender(second);
  await second.resolve(2);
  expect(result.current).toMatchObject({ value: 2, error: undefined });
});
