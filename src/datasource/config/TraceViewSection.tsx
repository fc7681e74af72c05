import React from 'react';
import { Combobox, Field, Input, type ComboboxOption } from '@grafana/ui';
import { DEFAULT_TRACE_VIEW, SPAN_BAR_TYPES, type SpanBarOptions, type TraceViewChoice } from '../types';
import { ConfigSection } from './ConfigSection';
import { type SectionProps } from './sectionProps';

const DESCRIPTIONS: Record<(typeof SPAN_BAR_TYPES)[number], string> = {
  None: 'Service and operation alone',
  Duration: 'How long the span took',
  Tag: 'The value of an attribute',
};

const TYPES = SPAN_BAR_TYPES.map((value) => ({ value, label: value, description: DESCRIPTIONS[value] }));

const VIEWS: Array<ComboboxOption<TraceViewChoice>> = [
  { value: 'both', label: 'Both', description: "Grafana's trace view, and Clew's waterfall below it" },
  { value: 'clew', label: "Clew's waterfall", description: 'Opens at any size' },
  {
    value: 'grafana',
    label: "Grafana's trace view",
    description: 'Up to 20,000 spans; larger traces open in the waterfall',
  },
];

export function TraceViewSection({ jsonData, onChange, disabled }: SectionProps) {
  const { type = 'Duration', tag = '' } = jsonData.spanBar ?? {};
  const change = (changes: Partial<SpanBarOptions>) => onChange({ spanBar: { ...jsonData.spanBar, ...changes } });
  return (
    <ConfigSection title="Trace view" description="How a trace is shown in Explore.">
      <Field label="View">
        <Combobox
          id="clew-trace-view"
          width={40}
          disabled={disabled}
          options={VIEWS}
          value={jsonData.traceView ?? DEFAULT_TRACE_VIEW}
          onChange={({ value }) => onChange({ traceView: value })}
        />
      </Field>
      <Field label="Span bar" description="What Grafana's trace view writes beside service and operation">
        <Combobox
          id="clew-span-bar"
          width={40}
          disabled={disabled}
          options={TYPES}
          value={type}
          onChange={({ value }) => change({ type: value })}
        />
      </Field>
      {type === 'Tag' && (
        <Field label="Attribute" description="Of the span or its resource">
          <Input
            id="clew-span-bar-tag"
            width={40}
            disabled={disabled}
            placeholder="http.response.status_code"
            value={tag}
            onChange={({ currentTarget }) => change({ tag: currentTarget.value })}
          />
        </Field>
      )}
    </ConfigSection>
  );
}
