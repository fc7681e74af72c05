import React from 'react';
import { InlineLabel, RadioButtonGroup } from '@grafana/ui';
import { testIds } from '../../shared/testIds';
import { orderOf, tableTypeOf } from '../query/defaults';
import {
  DEFAULT_LIMIT,
  DEFAULT_PATH_TRACES,
  DEFAULT_SPANS_PER_TRACE,
  MAX_LIMIT,
  MAX_SPANS_PER_TRACE,
  type ClewQuery,
  type SearchOrder,
  type TableType,
} from '../types';
import { CountInput } from './CountInput';
import { FormRow } from './FormRow';

interface Props {
  query: ClewQuery;
  onChange: (changes: Partial<ClewQuery>) => void;
}

const TABLES: Array<{ value: TableType; label: string; description: string }> = [
  { value: 'traces', label: 'Traces', description: 'A row for each trace, with its spans below' },
  { value: 'spans', label: 'Spans', description: 'A row for each span' },
  {
    value: 'criticalPath',
    label: 'Critical path',
    description: 'A row for each operation: its part of the critical paths of all traces that are found',
  },
];

const ORDERS: Array<{ value: SearchOrder; label: string; description: string }> = [
  { value: 'start', label: 'Newest', description: 'By the start of the trace' },
  { value: 'duration', label: 'Slowest', description: 'By the duration of the trace' },
];

export function SearchOptions({ query, onChange }: Props) {
  const { limit, spss, pathTraces } = query;
  const isPath = tableTypeOf(query) === 'criticalPath';
  return (
    <FormRow
      label="Show"
      tooltip={`The newest or the slowest traces, at most ${MAX_LIMIT}, with at most ${MAX_SPANS_PER_TRACE} spans of each.`}
    >
      <RadioButtonGroup<TableType>
        aria-label="Rows of the table"
        options={TABLES}
        value={tableTypeOf(query)}
        onChange={(tableType) => onChange({ tableType })}
      />
      {isPath ? (
        <>
          <CountInput
            key={`path ${pathTraces}`}
            label="Traces to sum up"
            min={1}
            max={MAX_LIMIT}
            placeholder={String(DEFAULT_PATH_TRACES)}
            value={pathTraces}
            onChange={(pathTraces) => onChange({ pathTraces })}
          />
          <InlineLabel width="auto" transparent>
            newest traces
          </InlineLabel>
        </>
      ) : (
        <>
          <RadioButtonGroup<SearchOrder>
            aria-label="Which traces"
            options={ORDERS}
            value={orderOf(query)}
            onChange={(sort) => onChange({ sort })}
          />
          <CountInput
            key={`limit ${limit}`}
            label="Traces to show"
            testId={testIds.queryEditor.limit}
            min={1}
            max={MAX_LIMIT}
            placeholder={String(DEFAULT_LIMIT)}
            value={limit}
            onChange={(limit) => onChange({ limit })}
          />
          <InlineLabel width="auto" transparent>
            traces,
          </InlineLabel>
          <CountInput
            key={`spss ${spss}`}
            label="Spans to show of each trace"
            min={1}
            max={MAX_SPANS_PER_TRACE}
            placeholder={String(DEFAULT_SPANS_PER_TRACE)}
            value={spss}
            onChange={(spss) => onChange({ spss })}
          />
          <InlineLabel width="auto" transparent>
            matching spans of each
          </InlineLabel>
        </>
      )}
    </FormRow>
  );
}
