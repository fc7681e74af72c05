import { KIND_VALUES, type Scalar, type Value } from '@clew/traceql';

import { readValue } from '../run/span-columns.ts';

/**
 * How a value stands in an answer: `text` is what `readValue` reads; `strings` and the like are arrays of none, one or
 * several; `string` and `int` may be null.
 */
export type Encoding =
  'text' | 'string' | 'int' | 'duration' | 'status' | 'kind' | 'strings' | 'ints' | 'floats' | 'bools' | 'durations';

/** `AttributeSql.valuesText` of a span that has none. */
export const NO_VALUE_TEXT = '[[],[],[],[]]';

/** OTLP's number of a status, as a value. */
const STATUSES = ['unset', 'ok', 'error'] as const;

/** A cell of JSONEachRow: 64-bit ints are text there, and so are floats that are no JSON. */
export function readCell(encoding: Encoding, cell: unknown): Value {
  if (cell === null || cell === undefined) {
    return undefined;
  }
  if (Array.isArray(cell)) {
    const values = cell.map((element) => readScalar(encoding, element));
    return values.length > 1 ? values : values[0];
  }
  return encoding === 'text' ? readValue(String(cell)) : readScalar(encoding, cell);
}

function readScalar(encoding: Encoding, cell: unknown): Scalar {
  switch (encoding) {
    case 'int':
    case 'ints':
      return BigInt(String(cell));
    case 'duration':
    case 'durations':
      return { type: 'duration', value: BigInt(String(cell)) };
    case 'floats':
      return readNumber(cell);
    case 'bools':
      return cell === true || cell === 1;
    case 'status': {
      const code = Number(cell);
      return { type: 'status', value: STATUSES[code] ?? `${code}` };
    }
    case 'kind': {
      const code = Number(cell);
      return { type: 'kind', value: KIND_VALUES[code] ?? `${code}` };
    }
    default:
      return String(cell);
  }
}

/** A Float64 of JSONEachRow. */
export function readNumber(cell: unknown): number {
  switch (cell) {
    case 'inf':
    case '+inf':
      return Infinity;
    case '-inf':
      return -Infinity;
    default:
      return Number(cell);
  }
}
