import { type DataFrame, FieldType } from '@grafana/data';
import { askGrafana, LinkedError } from '../linked/askGrafana';
import { type ChartQuestion, type ChartsQuestion } from './chartQuestion';

/** Points of a series at most: as many as a narrow chart has room for. */
const MOST_POINTS = 180;
/** Lines of one chart at most. */
export const MOST_SERIES = 20;

export type ChartAnswer =
  | {
      readonly kind: 'series';
      /** A frame for each, the largest first if not all are here. */
      readonly frames: readonly DataFrame[];
      /** How many there are. */
      readonly total: number;
    }
  | { readonly kind: 'failed'; readonly message: string; /** HTTP's, 0 if there was none. */ readonly status: number };

/** The answer to one chart. Rejects with what `signal` was aborted with, and with nothing else. */
export async function askChart(
  { datasourceUid, range }: ChartsQuestion,
  { query, lighter, names }: ChartQuestion,
  signal: AbortSignal
): Promise<ChartAnswer> {
  const ask = (asked: ChartQuestion['query']) => askGrafana(datasourceUid, [asked], range, signal, MOST_POINTS);
  try {
    const frames = await ask(query).catch((error: unknown) => {
      if (lighter && error instanceof LinkedError && error.status === 422) {
        return ask(lighter);
      }
      throw error;
    });
    const series = frames.filter(hasValues).map((frame) => (names ? renamed(frame, names) : frame));
    return { kind: 'series', frames: largest(series), total: series.length };
  } catch (error) {
    if (signal.aborted) {
      throw error;
    }
    return {
      kind: 'failed',
      message: error instanceof Error ? error.message : String(error),
      status: error instanceof LinkedError ? error.status : 0,
    };
  }
}

const hasValues = ({ fields }: DataFrame): boolean =>
  fields.some(({ type }) => type === FieldType.time) &&
  fields.some(({ type, values }) => type === FieldType.number && values.some((value) => Number.isFinite(value)));

const renamed = (frame: DataFrame, names: Readonly<Record<string, string>>): DataFrame => ({
  ...frame,
  fields: frame.fields.map((field) =>
    field.type === FieldType.number && frame.name !== undefined && names[frame.name]
      ? { ...field, config: { ...field.config, displayName: names[frame.name] } }
      : field
  ),
});

function largest(frames: readonly DataFrame[]): readonly DataFrame[] {
  if (frames.length <= MOST_SERIES) {
    return frames;
  }
  const peaks = new Map(frames.map((frame) => [frame, peakOf(frame)]));
  return [...frames].sort((a, b) => (peaks.get(b) ?? 0) - (peaks.get(a) ?? 0)).slice(0, MOST_SERIES);
}

const peakOf = ({ fields }: DataFrame): number =>
  fields
    .flatMap(({ type, values }): unknown[] => (type === FieldType.number ? values : []))
    .reduce<number>((peak, value) => (typeof value === 'number' && value > peak ? value : peak), -Infinity);
