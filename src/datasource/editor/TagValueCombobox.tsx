import React, { useCallback } from 'react';
import { Combobox, type ComboboxOption } from '@grafana/ui';
import { type TagOptions } from './useTagOptions';

interface Props {
  id: string;
  /** Id of what names it, where no label does. */
  labelledBy?: string;
  tag: string;
  /** Only values on spans that match this TraceQL are offered. */
  query?: string;
  value: string;
  placeholder: string;
  width: number;
  options: TagOptions;
  /** `$name`s that are offered before the store's values. */
  variables: readonly string[];
  /** The store's type of the value; undefined for one that was typed. */
  onChange: (value: string, type: string | undefined) => void;
}

export function TagValueCombobox(props: Props) {
  const { id, tag, query, value, placeholder, width, options, variables, onChange } = props;
  const load = useCallback(
    async (text: string): Promise<Array<ComboboxOption<string>>> => {
      const values = tag === '' ? [] : await options.values(tag, query, text);
      const matching = variables.filter((name) => name.includes(text));
      return [
        ...matching.map((name) => ({ value: name, description: 'Dashboard variable' })),
        ...values.map(({ value, type }) => ({ value, description: type === 'string' ? undefined : type })),
      ];
    },
    [tag, query, options, variables]
  );
  return (
    <Combobox
      id={id}
      aria-labelledby={props.labelledBy}
      width={width}
      isClearable
      createCustomValue
      placeholder={placeholder}
      options={load}
      value={value === '' ? null : { value, label: value }}
      onChange={(option) => onChange(option?.value ?? '', knownType(option?.description))}
    />
  );
}

function knownType(description: string | undefined): string | undefined {
  return description === 'Dashboard variable' ? 'string' : description;
}
