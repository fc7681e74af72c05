import { asArray, asNumber, isObject } from './narrowing';
import { StoreError, storeErrorFromResponse } from './storeError';
import { type FoundTrace, type SearchProgress } from './storeTypes';

type PartialListener = (traces: readonly FoundTrace[], progress: SearchProgress) => void;

/**
 * The lines of `/clew/v1/search/stream`: each is what has been found, in place of the one before; the last one says
 * `done`, or is an error. Text comes in pieces that need not end where lines do.
 */
export class SearchLines {
  readonly #onPartial: PartialListener;
  #rest = '';
  #traces: readonly FoundTrace[] | undefined;
  #error: StoreError | undefined;

  constructor(onPartial: PartialListener) {
    this.#onPartial = onPartial;
  }

  push(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    // Of lines that came together, the last one says it all.
    const contents = lines.map(parsed).filter(isObject);
    const last = contents.at(-1);
    if (!last) {
      return;
    }
    if (isObject(last.error)) {
      this.#error = storeErrorFromResponse({ status: statusOf(last.error.code), statusText: '', data: last });
      return;
    }
    const traces = asArray(last.traces) as readonly FoundTrace[];
    if (last.done === true) {
      this.#traces = traces;
      return;
    }
    const progress = isObject(last.progress) ? last.progress : {};
    this.#onPartial(traces, { doneNs: asNumber(progress.doneNs) ?? 0, totalNs: asNumber(progress.totalNs) ?? null });
  }

  /** Once the body has ended. @throws StoreError where it says one, and where it broke off. */
  result(): readonly FoundTrace[] {
    if (this.#error) {
      throw this.#error;
    }
    if (!this.#traces) {
      throw new StoreError('failed', 'The answer broke off before its end. Ask again.', { status: 502 });
    }
    return this.#traces;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The status line is long gone when an error comes after the first results; its code says what it would have been. */
function statusOf(code: unknown): number {
  switch (code) {
    case 'query_timeout':
      return 504;
    case 'engine_unavailable':
      return 503;
    case 'internal':
      return 500;
    default:
      return 400;
  }
}
