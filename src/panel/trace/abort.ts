export const abortError = (): DOMException => new DOMException('The request was aborted', 'AbortError');

/** Throws an AbortError when the signal is aborted. */
export function throwIfAborted({ aborted }: AbortSignal): void {
  if (aborted) {
    throw abortError();
  }
}
