import React from 'react';
import { RadioButtonGroup } from '@grafana/ui';
import { traceContentOf } from '../query/defaults';
import { type ClewQuery, type TraceContent } from '../types';
import { FormRow } from './FormRow';

interface Props {
  query: ClewQuery;
  onChange: (changes: Partial<ClewQuery>) => void;
}

const CONTENTS: Array<{ value: TraceContent; label: string; description: string }> = [
  { value: 'trace', label: 'Trace', description: 'The trace itself' },
  { value: 'findings', label: 'Findings', description: 'What is wrong with it, a row each' },
  { value: 'statistics', label: 'Statistics', description: 'Its operations, a row each' },
  { value: 'criticalPath', label: 'Critical path', description: 'What its duration is made of, in order of time' },
];

/** What of a trace is shown. */
export function TraceContentPicker({ query, onChange }: Props) {
  return (
    <FormRow label="Show" tooltip="The trace, or a table of what is known of it, for panels and alerts.">
      <RadioButtonGroup<TraceContent>
        aria-label="What of the trace"
        options={CONTENTS}
        value={traceContentOf(query)}
        onChange={(traceContent) => onChange({ traceContent })}
      />
    </FormRow>
  );
}
