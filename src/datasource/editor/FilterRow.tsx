import React from 'react';
import { Combobox, IconButton, Stack } from '@grafana/ui';
import {
  FILTER_OPERATORS,
  takesValue,
  type AttributeFilter,
  type FilterOperator,
  type FilterValueType,
} from '../query/form/searchForm';
import { readTag } from '../query/form/readTag';
import { guessValueType, valueTypeFromStore } from '../query/form/valueType';
import { HiddenLabel } from './HiddenLabel';
import { TagValueCombobox } from './TagValueCombobox';
import { type TagOptions } from './useTagOptions';

interface Props {
  id: string;
  /** From 1, for labels. */
  number: number;
  filter: AttributeFilter;
  /** TraceQL of the rest of the form: values are completed from what it finds. */
  query: string;
  options: TagOptions;
  variables: readonly string[];
  onChange: (filter: AttributeFilter) => void;
  onRemove: () => void;
}

const DESCRIPTIONS: Partial<Record<FilterOperator, string>> = {
  '=~': 'matches the whole of a regular expression',
  '!~': 'does not match',
};

const OPERATORS = FILTER_OPERATORS.map((value) => ({ value, label: value, description: DESCRIPTIONS[value] }));
const NO_TYPES: ReadonlySet<FilterValueType> = new Set();

export function FilterRow({ id, number, filter, query, options, variables, onChange, onRemove }: Props) {
  const { tag, operator, value } = filter;
  return (
    <Stack gap={0.5} alignItems="center" wrap="wrap">
      <HiddenLabel id={`${id}-tag-label`}>{`Filter ${number}: attribute`}</HiddenLabel>
      <HiddenLabel id={`${id}-operator-label`}>{`Filter ${number}: operator`}</HiddenLabel>
      <HiddenLabel id={`${id}-value-label`}>{`Filter ${number}: value`}</HiddenLabel>
      <Combobox
        id={`${id}-tag`}
        aria-labelledby={`${id}-tag-label`}
        width={28}
        createCustomValue
        placeholder="Attribute"
        options={options.names}
        value={tag === '' ? null : { value: tag, label: tag }}
        onChange={(option) => onChange({ ...filter, tag: readTag(option.value), value: '', valueType: 'string' })}
      />
      <Combobox
        id={`${id}-operator`}
        aria-labelledby={`${id}-operator-label`}
        width={12}
        options={OPERATORS}
        value={operator}
        onChange={(option) => onChange({ ...filter, operator: option.value })}
      />
      {takesValue(operator) && (
        <TagValueCombobox
          id={`${id}-value`}
          labelledBy={`${id}-value-label`}
          tag={tag}
          query={query}
          value={value}
          width={28}
          placeholder="Value"
          options={options}
          variables={variables}
          onChange={(text, type) =>
            onChange({
              ...filter,
              value: text,
              valueType: type === undefined ? guessValueType(tag, text, NO_TYPES) : valueTypeFromStore(type),
            })
          }
        />
      )}
      <IconButton name="trash-alt" tooltip={`Remove filter ${number}`} onClick={onRemove} />
    </Stack>
  );
}
