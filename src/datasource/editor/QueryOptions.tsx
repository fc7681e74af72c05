import React, { useState } from 'react';
import { Input, InlineLabel } from '@grafana/ui';
import { testIds } from '../../shared/testIds';
import { DEFAULT_LIMIT, DEFAULT_SPANS_PER_TRACE, MAX_LIMIT, MAX_SPANS_PER_TRACE, type ClewQuery } from '../types';
import { FormRow } from './FormRow';

interface Props {
  query: ClewQuery;
  onChange: (changes: Partial<ClewQuery>) => void;
}

/** How much of what is found is shown. */
export function QueryOptions({ query: { limit, spss }, onChange }: Props) {
  return (
    <FormRow
      label="Show"
      tooltip={`The newest traces, at most ${MAX_LIMIT}, with at most ${MAX_SPANS_PER_TRACE} spans of each.`}
    >
      <CountInput
        key={`limit ${limit}`}
        label="Traces to show"
        testId={testIds.queryEditor.limit}
        max={MAX_LIMIT}
        fallback={DEFAULT_LIMIT}
        value={limit}
        onChange={(limit) => onChange({ limit })}
      />
      <InlineLabel width="auto" transparent>
        traces,
      </InlineLabel>
      <CountInput
        key={`spss ${spss}`}
        label="Spans to show of each trace"
        max={MAX_SPANS_PER_TRACE}
        fallback={DEFAULT_SPANS_PER_TRACE}
        value={spss}
        onChange={(spss) => onChange({ spss })}
      />
      <InlineLabel width="auto" transparent>
        matching spans of each
      </InlineLabel>
    </FormRow>
  );
}

interface CountInputProps {
  label: string;
  testId?: string;
  max: number;
  fallback: number;
  value: number | undefined;
  onChange: (value: number | undefined) => void;
}

/** Takes what was typed when it is left, or at Enter. */
function CountInput({ label, testId, max, fallback, value, onChange }: CountInputProps) {
  const [text, setText] = useState(value === undefined ? '' : String(value));
  const commit = () => {
    const number = Math.round(Number(text));
    const committed = number >= 1 ? Math.min(number, max) : undefined;
    setText(committed === undefined ? '' : String(committed));
    if (committed !== value) {
      onChange(committed);
    }
  };
  return (
    <Input
      aria-label={label}
      data-testid={testId}
      type="number"
      min={1}
      max={max}
      width={10}
      placeholder={String(fallback)}
      value={text}
      onChange={({ currentTarget }) => setText(currentTarget.value)}
      onBlur={commit}
      onKeyDown={({ key }) => key === 'Enter' && commit()}
    />
  );
}
