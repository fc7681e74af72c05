import React from 'react';
import { Field, Input, Stack } from '@grafana/ui';

interface Shifts {
  readonly spanStartTimeShift?: string;
  readonly spanEndTimeShift?: string;
}

interface Props extends Shifts {
  /** For ids. */
  name: string;
  /** What Grafana takes where a field is empty. */
  defaults: readonly [start: string, end: string];
  onChange: (shifts: Shifts) => void;
  disabled: boolean;
}

const INTERVAL = /^-?\d+(\.\d+)?(ms|s|m|h|d|w)$/;

/** How much wider than the span the other signal is searched. */
export function TimeShifts({
  name,
  spanStartTimeShift = '',
  spanEndTimeShift = '',
  defaults,
  onChange,
  disabled,
}: Props) {
  return (
    <Stack gap={2}>
      <ShiftField
        id={`${name}-start-shift`}
        label="From"
        description="Before the span's start"
        placeholder={defaults[0]}
        value={spanStartTimeShift}
        onChange={(value) => onChange({ spanStartTimeShift: value })}
        disabled={disabled}
      />
      <ShiftField
        id={`${name}-end-shift`}
        label="To"
        description="After the span's end"
        placeholder={defaults[1]}
        value={spanEndTimeShift}
        onChange={(value) => onChange({ spanEndTimeShift: value })}
        disabled={disabled}
      />
    </Stack>
  );
}

interface ShiftFieldProps {
  id: string;
  label: string;
  description: string;
  placeholder: string;
  value: string;
  onChange: (value: string | undefined) => void;
  disabled: boolean;
}

function ShiftField({ id, label, description, placeholder, value, onChange, disabled }: ShiftFieldProps) {
  // Grafana's trace view throws on any other text, and then shows no link at all.
  const isInvalid = value !== '' && !INTERVAL.test(value);
  return (
    <Field label={label} description={description} invalid={isInvalid} error="Like -5m, 30s or 1h.">
      <Input
        id={id}
        width={20}
        disabled={disabled}
        placeholder={placeholder}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value.trim() || undefined)}
      />
    </Field>
  );
}
