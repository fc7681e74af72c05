import React, { useState } from 'react';
import { parseDuration } from '@clew/traceql';
import { InlineLabel, Input, RadioButtonGroup } from '@grafana/ui';
import { testIds } from '../../shared/testIds';
import { type ClewDatasource } from '../datasource';
import { metricsQueryTypeOf } from '../query/defaults';
import { MAX_EXEMPLARS, type ClewQuery, type MetricsQueryType } from '../types';
import { CountInput } from './CountInput';
import { FormRow } from './FormRow';

interface Props {
  datasource: ClewDatasource;
  query: ClewQuery;
  onChange: (changes: Partial<ClewQuery>) => void;
}

const TYPES: Array<{ value: MetricsQueryType; label: string; description: string }> = [
  { value: 'range', label: 'Range', description: 'Points over the time range' },
  { value: 'instant', label: 'Instant', description: 'One value for the whole time range' },
];

export function MetricOptions({ datasource, query, onChange }: Props) {
  const { step = '', exemplars } = query;
  const type = metricsQueryTypeOf(query);
  return (
    <FormRow
      label="Metric"
      tooltip="A step is the time between two points: 15s, 1m, 1h. Exemplars are spans to look at."
    >
      <RadioButtonGroup<MetricsQueryType>
        aria-label="Kind of answer"
        options={TYPES}
        value={type}
        onChange={(metricsQueryType) => onChange({ metricsQueryType })}
      />
      {type === 'range' && (
        <>
          <InlineLabel width="auto" transparent>
            step
          </InlineLabel>
          <StepInput
            key={`step ${step}`}
            value={step}
            hasVariables={(text) => datasource.hasVariables(text)}
            onChange={(step) => onChange({ step })}
          />
          <InlineLabel width="auto" transparent>
            exemplars
          </InlineLabel>
          <CountInput
            key={`exemplars ${exemplars}`}
            label="Exemplars at most"
            testId={testIds.queryEditor.exemplars}
            min={0}
            max={MAX_EXEMPLARS}
            placeholder="auto"
            value={exemplars}
            onChange={(exemplars) => onChange({ exemplars })}
          />
        </>
      )}
    </FormRow>
  );
}

interface StepInputProps {
  value: string;
  hasVariables: (text: string) => boolean;
  onChange: (value: string | undefined) => void;
}

/** Takes a duration, or a variable that is one, when it is left or at Enter; anything else stays and is marked. */
function StepInput({ value, hasVariables, onChange }: StepInputProps) {
  const [text, setText] = useState(value);
  const isValid = text === '' || hasVariables(text) || (parseDuration(text) ?? 0n) > 0n;
  const commit = () => {
    if (isValid && text !== value) {
      onChange(text === '' ? undefined : text);
    }
  };
  return (
    <Input
      aria-label="Step"
      aria-invalid={!isValid}
      data-testid={testIds.queryEditor.step}
      invalid={!isValid}
      width={10}
      placeholder="auto"
      value={text}
      onChange={({ currentTarget }) => setText(currentTarget.value.replace(/\s/g, ''))}
      onBlur={commit}
      onKeyDown={({ key }) => key === 'Enter' && commit()}
    />
  );
}
