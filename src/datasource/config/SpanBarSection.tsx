import React from 'react';
import { Combobox, Field, Input } from '@grafana/ui';
import { SPAN_BAR_TYPES, type SpanBarOptions } from '../types';
import { ConfigSection } from './ConfigSection';
import { type SectionProps } from './sectionProps';

const DESCRIPTIONS: Record<(typeof SPAN_BAR_TYPES)[number], string> = {
  None: 'Service and operation alone',
  Duration: 'How long the span took',
  Tag: 'The value of an attribute',
};

const TYPES = SPAN_BAR_TYPES.map((value) => ({ value, label: value, description: DESCRIPTIONS[value] }));

export function SpanBarSection({ jsonData, onChange, disabled }: SectionProps) {
  const { type = 'Duration', tag = '' } = jsonData.spanBar ?? {};
  const change = (changes: Partial<SpanBarOptions>) => onChange({ spanBar: { ...jsonData.spanBar, ...changes } });
  return (
    <ConfigSection title="Span bar" description="What Grafana's trace view writes beside service and operation.">
      <Field label="Label">
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
