import React, { useState } from 'react';
import { Input } from '@grafana/ui';

interface Props {
  label: string;
  testId?: string;
  min: number;
  max: number;
  /** What counts where nothing is typed. */
  placeholder: string;
  value: number | undefined;
  onChange: (value: number | undefined) => void;
}

/** Takes what was typed when it is left, or at Enter. */
export function CountInput({ label, testId, min, max, placeholder, value, onChange }: Props) {
  const [text, setText] = useState(value === undefined ? '' : String(value));
  const commit = () => {
    const number = Math.round(Number(text));
    const committed = text.trim() !== '' && number >= min ? Math.min(number, max) : undefined;
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
      min={min}
      max={max}
      width={10}
      placeholder={placeholder}
      value={text}
      onChange={({ currentTarget }) => setText(currentTarget.value)}
      onBlur={commit}
      onKeyDown={({ key }) => key === 'Enter' && commit()}
    />
  );
}
