import type { Value } from '../evaluate/value.ts';
import { formatDuration } from '../literals.ts';
import type { MetricLabel } from './series.ts';

/**
 * Which of two series goes first where `topk` finds their values equal; `bottomk` takes them the other way round. As in
 * Tempo (series_heap.go), where of texts the earlier in the alphabet goes first, and of numbers the larger one. The same
 * for the same labels, whatever order the series come in.
 */
export function compareTied(a: readonly MetricLabel[], b: readonly MetricLabel[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [x, y] = [a[index] ?? NO_LABEL, b[index] ?? NO_LABEL];
    const [left, right] = [tieKey(x.value), tieKey(y.value)];
    const order =
      compare(left.text, right.text) ||
      compare(x.name, y.name) ||
      compare(right.type, left.type) ||
      compare(right.code, left.code);
    if (order !== 0) {
      return order;
    }
  }
  return 0;
}

interface TieKey {
  readonly text: string;
  /** The place of the type among Tempo's. */
  readonly type: number;
  readonly code: bigint;
}

/** Sorts before every label that there is. */
const NO_LABEL: MetricLabel = { name: '', value: '' };

const [INT, FLOAT, TEXT, BOOLEAN, ARRAY] = [3, 4, 5, 6, 7];

/** Labels that are no attribute's type, such as a status, are texts by the time that Tempo ranks them. */
function tieKey(value: Value): TieKey {
  switch (typeof value) {
    case 'bigint':
      return { text: '', type: INT, code: BigInt.asUintN(64, value) };
    case 'number':
      return { text: '', type: FLOAT, code: bitsOf(value) };
    case 'boolean':
      return { text: '', type: BOOLEAN, code: value ? 1n : 0n };
    case 'string':
      return { text: value, type: TEXT, code: 0n };
    case 'undefined':
      return { text: 'nil', type: TEXT, code: 0n };
    case 'object':
      if ('type' in value) {
        return { text: value.type === 'duration' ? formatDuration(value.value) : value.value, type: TEXT, code: 0n };
      }
      // Tempo ranks arrays by a hash of their bytes. This order is another, but as fixed.
      return { text: value.map((element) => tieText(element)).join('\0'), type: ARRAY, code: 0n };
  }
}

function tieText(value: Value): string {
  const { text, type, code } = tieKey(value);
  return `${text} ${type} ${code}`;
}

function bitsOf(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

const compare = <T extends string | number | bigint>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
