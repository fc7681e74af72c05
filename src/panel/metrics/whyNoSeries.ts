import { dateTime, type MetricFindValue } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import { type LinkedRange } from '../linked/askGrafana';
import { type LabelValue } from './fillPromql';

const MOST_NAMED = 16;

/**
 * Sentences on why a metrics datasource may have no series with these labels, from the names and values of labels that it has.
 * Empty where it tells none. Rejects with nothing: without it, that there are no series is what is known.
 */
export async function whyNoSeries(
  datasourceUid: string,
  labels: readonly LabelValue[],
  { fromMs, toMs }: LinkedRange
): Promise<string[]> {
  const times = { from: dateTime(fromMs), to: dateTime(toMs) };
  const options = { filters: [], timeRange: { ...times, raw: times } };
  try {
    const datasource = await getDataSourceSrv().get(datasourceUid);
    const unknown: string[] = [];
    const sentences: string[] = [];
    for (const { label, value } of labels) {
      const values = textsOf(await datasource.getTagValues?.({ ...options, key: label }));
      if (values.length === 0) {
        unknown.push(label);
      } else if (!values.includes(value)) {
        sentences.push(`The label ${label} has other values: ${listOf(values)}.`);
      }
    }
    if (unknown.length > 0) {
      const names = textsOf(await datasource.getTagKeys?.(options)).filter((name) => name !== '__name__');
      if (names.length > 0) {
        sentences.push(
          `No series has the label ${unknown.join(', ')}. Labels that there are: ${listOf(alikeFirst(names, unknown))}.`
        );
      }
    }
    return sentences;
  } catch {
    return [];
  }
}

function textsOf(
  answer: readonly MetricFindValue[] | { readonly data: readonly MetricFindValue[] } | undefined
): string[] {
  const values = answer === undefined ? [] : 'data' in answer ? answer.data : answer;
  return values.map(({ text }) => text);
}

/** Names that have a word of the wanted ones come first. */
function alikeFirst(names: readonly string[], wanted: readonly string[]): string[] {
  const words = wanted.flatMap((name) => name.toLowerCase().split(/[^a-z0-9]+/)).filter((word) => word.length > 2);
  const isAlike = (name: string) => words.some((word) => name.toLowerCase().includes(word));
  return [...names.filter(isAlike), ...names.filter((name) => !isAlike(name))];
}

function listOf(texts: readonly string[]): string {
  const shown = texts.slice(0, MOST_NAMED).join(', ');
  return texts.length > MOST_NAMED ? `${shown} and ${texts.length - MOST_NAMED} more` : shown;
}
