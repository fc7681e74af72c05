import { FieldType, createDataFrame, type DataFrame, type Field, type FieldConfig } from '@grafana/data';
import { type MetricSeries } from '../../../shared/storeTypes';
import { valueText, pointsOf, seriesLabels } from './series';

const META_TYPE = '__meta_type';
const META_ERROR = '__meta_error';

interface ComparedValue {
  readonly attribute: string;
  readonly value: string;
  baseline: number;
  selection: number;
}

/**
 * `compare()` as a table: a row for each value of an attribute, with the spans that have it in the baseline and in the
 * selection, and their shares of all spans there. What the selection has more of comes first.
 */
export function comparisonFrame(series: readonly MetricSeries[], refId: string): DataFrame {
  const rows = new Map<string, ComparedValue>();
  const cut = new Set<string>();
  // Every span has a name: the largest total is that of all spans. An attribute's own total leaves out spans without it,
  // and then says nothing of an attribute that only the selection has.
  let baselineSpans = 0;
  let selectionSpans = 0;
  for (const each of series) {
    const meta = seriesLabels(each.labels);
    const label = each.labels?.find(({ key }) => key !== META_TYPE && key !== META_ERROR);
    const attribute = label?.key;
    if (attribute === undefined) {
      continue;
    }
    if (META_ERROR in meta) {
      cut.add(attribute);
      continue;
    }
    const count = pointsOf(each.samples).reduce((sum, { value }) => sum + (value ?? 0), 0);
    switch (meta[META_TYPE]) {
      case 'baseline_total':
        baselineSpans = Math.max(baselineSpans, count);
        break;
      case 'selection_total':
        selectionSpans = Math.max(selectionSpans, count);
        break;
      case 'baseline':
      case 'selection': {
        const value = valueText(label?.value);
        const key = JSON.stringify([attribute, label?.value]);
        const row = rows.get(key) ?? { attribute, value, baseline: 0, selection: 0 };
        row[meta[META_TYPE]] += count;
        rows.set(key, row);
      }
    }
  }
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : 0);
  const baselineShare = ({ baseline }: ComparedValue) => share(baseline, baselineSpans);
  const selectionShare = ({ selection }: ComparedValue) => share(selection, selectionSpans);
  const difference = (row: ComparedValue) => selectionShare(row) - baselineShare(row);
  const sorted = [...rows.values()].sort(
    (a, b) => difference(b) - difference(a) || compareText(a.attribute, b.attribute) || compareText(a.value, b.value)
  );
  const column = (
    name: string,
    type: FieldType,
    config: FieldConfig,
    valueOf: (row: ComparedValue) => unknown
  ): Field => ({
    name,
    type,
    config,
    values: sorted.map(valueOf),
  });
  const count = (displayNameFromDS: string): FieldConfig => ({
    displayNameFromDS,
    decimals: 0,
    custom: { width: 120 },
  });
  const percent = (displayNameFromDS: string): FieldConfig => ({
    displayNameFromDS,
    unit: 'percentunit',
    decimals: 1,
    custom: { width: 110 },
  });
  return createDataFrame({
    name: 'Comparison',
    refId,
    fields: [
      column('attribute', FieldType.string, { displayNameFromDS: 'Attribute' }, (row) => row.attribute),
      column('value', FieldType.string, { displayNameFromDS: 'Value', unit: 'string' }, (row) => row.value),
      column('baseline', FieldType.number, count('Baseline'), (row) => row.baseline),
      column('baselineShare', FieldType.number, percent('Baseline %'), baselineShare),
      column('selection', FieldType.number, count('Selection'), (row) => row.selection),
      column('selectionShare', FieldType.number, percent('Selection %'), selectionShare),
      column('difference', FieldType.number, percent('Difference'), difference),
    ],
    meta: {
      preferredVisualisationType: 'table',
      ...(cut.size > 0 && {
        notices: [
          {
            severity: 'info',
            text: `Only the most frequent values are compared of: ${[...cut].sort().join(', ')}. A second argument of compare() shows more.`,
          },
        ],
      }),
    },
  });
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
