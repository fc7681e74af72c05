import { type AttributeColumn, type TraceTable } from '../../trace/traceTable';
import {
  ERROR_TONE,
  FIRST_SCALE_TONE,
  hashTone,
  NEUTRAL_TONE,
  OK_TONE,
  SCALE_TONES,
  type ToneBook,
} from '../theme/tones';
import { type Colouring, type LegendEntry } from './types';

/** OTLP's status codes. */
export const STATUS_OK = 1;
export const STATUS_ERROR = 2;

export interface Colours {
  /** By node. */
  readonly tones: Uint8Array;
  /** Of what there is, the most frequent first. */
  readonly legend: LegendEntry[];
}

/** Values from which on tones come from the hash alone, and the legend names only what is frequent. */
const MANY_VALUES = 4096;
/** Steps between two looks at the clock. */
const STRIDE = 1 << 15;

/** Which texts have which tones; one for services, so that they keep theirs while something else is looked at. */
export interface ToneBooks {
  readonly services: ToneBook;
  readonly values: ToneBook;
}

/** The tone of every node. Phantoms, and spans that lack the attribute, are neutral. In steps, for the caller to stop between. */
export function* colourTable(table: TraceTable, colouring: Colouring, books: ToneBooks): Generator<void, Colours> {
  switch (colouring.kind) {
    case 'service': {
      const { services } = table;
      const toneOf = (index: number): number => books.services.toneOf(services.get(index));
      return yield* byIndex(table, table.columns.services, {
        count: services.length,
        toneOf,
        labelOf: (index) => services.get(index),
      });
    }
    case 'status':
      return yield* byIndex(table, table.columns.statuses, {
        count: STATUS_TONES.length,
        toneOf: (status) => STATUS_TONES[status],
        labelOf: (status) => STATUS_LABELS[status],
      });
    case 'column':
      return yield* byIndex(table, colouring.column.values, yield* columnClasses(colouring.column, books.values));
  }
}

const STATUS_TONES = [NEUTRAL_TONE, OK_TONE, ERROR_TONE];
const STATUS_LABELS = ['unset', 'ok', 'error'];

interface Classes {
  readonly count: number;
  toneOf(index: number): number;
  /** Undefined: not for the legend. */
  labelOf(index: number): string | undefined;
}

function* columnClasses(column: AttributeColumn, book: ToneBook): Generator<void, Classes> {
  const { texts } = column;
  const many = texts.length > MANY_VALUES;
  const toneOf = column.numeric ? yield* scale(texts) : (text: string) => (many ? hashTone(text) : book.toneOf(text));
  return {
    count: texts.length + 1,
    toneOf: (value) => (value === 0 ? NEUTRAL_TONE : toneOf(texts[value - 1])),
    labelOf: (value) => (value === 0 ? undefined : texts[value - 1]),
  };
}

/** Steps of a scale between the least and the greatest number; of its logarithm where it spans three powers of ten. */
function* scale(texts: readonly string[]): Generator<void, (text: string) => number> {
  let least = Infinity;
  let greatest = -Infinity;
  for (let index = 0; index < texts.length; index++) {
    const number = Number(texts[index]);
    if (Number.isFinite(number)) {
      least = Math.min(least, number);
      greatest = Math.max(greatest, number);
    }
    if ((index + 1) % STRIDE === 0) {
      yield;
    }
  }
  const steep = least > 0 && greatest / least >= 1000;
  const at = (number: number): number => (steep ? Math.log(number) : number);
  const width = at(greatest) - at(least);
  return (text) => {
    const number = Number(text);
    if (!Number.isFinite(number)) {
      return NEUTRAL_TONE;
    }
    const share = width > 0 ? (at(number) - at(least)) / width : 0;
    return FIRST_SCALE_TONE + Math.min(SCALE_TONES - 1, Math.floor(share * SCALE_TONES));
  };
}

function* byIndex({ tree }: TraceTable, indexes: Uint32Array | Uint8Array, classes: Classes): Generator<void, Colours> {
  // An index that is no class, such as a status that OTLP does not know, is neutral.
  const counts = new Uint32Array(Math.max(classes.count, 256));
  const toneOf = new Uint8Array(counts.length);
  const tones = new Uint8Array(tree.nodes);
  const rows = Math.min(tree.rows, indexes.length);
  for (let row = 0; row < rows; row++) {
    counts[indexes[row]] += 1;
    if ((row + 1) % (STRIDE * 4) === 0) {
      yield;
    }
  }
  const legend: LegendEntry[] = [];
  const least = classes.count > MANY_VALUES ? rows / 1000 : 1;
  // In the order of the indexes, which is that of their coming: tones do not move when there are more.
  for (let index = 0; index < classes.count; index++) {
    if (counts[index] > 0) {
      toneOf[index] = classes.toneOf(index);
      const label = counts[index] >= least ? classes.labelOf(index) : undefined;
      if (label !== undefined) {
        legend.push({ label, tone: toneOf[index], spans: counts[index] });
      }
    }
    if ((index + 1) % STRIDE === 0) {
      yield;
    }
  }
  for (let row = 0; row < rows; row++) {
    tones[row] = toneOf[indexes[row]];
    if ((row + 1) % (STRIDE * 4) === 0) {
      yield;
    }
  }
  legend.sort((left, right) => right.spans - left.spans);
  return { tones, legend };
}
