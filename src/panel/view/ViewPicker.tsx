import React from 'react';
import { Combobox, RadioButtonGroup } from '@grafana/ui';
import { VIEW_CHOICES } from './viewChoices';
import { type TraceViewName } from './viewTypes';

interface Props {
  value: TraceViewName;
  isNarrow: boolean;
  onChange: (view: TraceViewName) => void;
}

/** Which view of the trace is shown. */
export function ViewPicker({ value, isNarrow, onChange }: Props) {
  return isNarrow ? (
    <Combobox
      aria-label="View of the trace"
      width={18}
      options={VIEW_CHOICES}
      value={value}
      onChange={(option) => onChange(option.value)}
    />
  ) : (
    <RadioButtonGroup
      aria-label="View of the trace"
      size="sm"
      options={VIEW_CHOICES}
      value={value}
      onChange={onChange}
    />
  );
}
