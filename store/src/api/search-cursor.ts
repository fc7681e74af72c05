import type { SearchOrder, SearchPosition } from '../query/run/search.ts';
import { invalid } from './parameters.ts';

/** A place in a search's answer, for the next page: opaque to clients. */
export function writeCursor({ value, id }: SearchPosition, order: SearchOrder): string {
  return Buffer.from(`${order} ${value} ${id}`).toString('base64url');
}

/** @throws ApiError for what no answer gave, and for a cursor of another order. */
export function readCursor(text: string, order: SearchOrder): SearchPosition {
  const parts = /^(start|duration) (\d{1,20}) ([0-9a-f]{32})$/.exec(Buffer.from(text, 'base64url').toString());
  if (!parts) {
    throw invalid('cursor', 'is not the nextCursor of an answer');
  }
  const [, of, value, id] = parts;
  if (of !== order) {
    throw invalid('cursor', `belongs to sort=${of}; give the same sort with it`);
  }
  return { value: BigInt(value), id };
}
