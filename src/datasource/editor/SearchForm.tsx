import React, { useCallback, useId, useMemo, useState } from 'react';
import { parseDuration } from '@clew/traceql';
import { type TimeRange } from '@grafana/data';
import { Button, Combobox, Input, Stack } from '@grafana/ui';
import { testIds } from '../../shared/testIds';
import { type ClewDatasource } from '../datasource';
import {
  EMPTY_FILTER,
  EMPTY_FORM,
  FORM_STATUSES,
  OPERATION_TAG,
  SERVICE_TAG,
  type FormStatus,
  type SearchForm as Form,
} from '../query/form/searchForm';
import { toTraceql } from '../query/form/toTraceql';
import { traceqlProblem } from '../query/problem';
import { FilterRow } from './FilterRow';
import { FormRow } from './FormRow';
import { Preview } from './Preview';
import { ProblemNote } from './ProblemNote';
import { TagValueCombobox } from './TagValueCombobox';
import { useSearchForm } from './useSearchForm';
import { useTagOptions } from './useTagOptions';

interface Props {
  datasource: ClewDatasource;
  text: string;
  range: TimeRange | undefined;
  onText: (text: string) => void;
  onRun: () => void;
  onEditAsTraceql: () => void;
}

const STATUSES = FORM_STATUSES.filter((status) => status !== '').map((value) => ({ value, label: value }));

export function SearchForm({ datasource, text, range, onText, onRun, onEditAsTraceql }: Props) {
  const id = useId();
  const [form, change] = useSearchForm(text, onText);
  const [loadProblem, setLoadProblem] = useState<string>();
  const options = useTagOptions(datasource, range, setLoadProblem);
  const variables = useMemo(() => datasource.variableNames(), [datasource]);
  const set = useCallback((changes: Partial<Form>) => change({ ...form, ...changes }), [change, form]);
  const made = toTraceql(form);
  const problem = traceqlProblem(made);

  return (
    <Stack direction="column" gap={0.5}>
      <FormRow label="Service" htmlFor={`${id}-service`}>
        <TagValueCombobox
          id={`${id}-service`}
          tag={SERVICE_TAG}
          value={form.service}
          width={32}
          placeholder="any"
          options={options}
          variables={variables}
          onChange={(service) => set({ service })}
        />
      </FormRow>
      <FormRow label="Operation" htmlFor={`${id}-operation`}>
        <TagValueCombobox
          id={`${id}-operation`}
          tag={OPERATION_TAG}
          query={toTraceql({ ...EMPTY_FORM, service: withoutVariables(form.service) })}
          value={form.operation}
          width={48}
          placeholder="any"
          options={options}
          variables={variables}
          onChange={(operation) => set({ operation })}
        />
      </FormRow>
      <FormRow label="Status" htmlFor={`${id}-status`}>
        <Combobox<FormStatus>
          id={`${id}-status`}
          width={16}
          isClearable
          placeholder="any"
          options={STATUSES}
          value={form.status || null}
          onChange={(option) => set({ status: option?.value ?? '' })}
        />
      </FormRow>
      <FormRow label="Duration" tooltip="Of the span, with a unit: 250us, 100ms, 1.5s, 2m">
        <DurationInput
          label="Duration at least"
          placeholder="at least"
          value={form.minDuration}
          onChange={(minDuration) => set({ minDuration })}
          onRun={onRun}
        />
        <DurationInput
          label="Duration at most"
          placeholder="at most"
          value={form.maxDuration}
          onChange={(maxDuration) => set({ maxDuration })}
          onRun={onRun}
        />
      </FormRow>
      <FormRow label="Attributes" tooltip="All must hold for the same span.">
        <Stack direction="column" gap={0.5} alignItems="flex-start">
          {form.filters.map((filter, index) => (
            <FilterRow
              key={index}
              id={`${id}-filter-${index}`}
              number={index + 1}
              filter={filter}
              query={toTraceql({ ...form, service: withoutVariables(form.service), filters: [] })}
              options={options}
              variables={variables}
              onChange={(changed) => set({ filters: form.filters.map((old, at) => (at === index ? changed : old)) })}
              onRemove={() => set({ filters: form.filters.filter((_, at) => at !== index) })}
            />
          ))}
          <Button
            variant="secondary"
            icon="plus"
            data-testid={testIds.queryEditor.addFilter}
            onClick={() => set({ filters: [...form.filters, EMPTY_FILTER] })}
          >
            Add filter
          </Button>
        </Stack>
      </FormRow>
      <Preview text={made} onEdit={onEditAsTraceql} />
      {problem && !datasource.hasVariables(made) && <ProblemNote problem={problem} text={made} />}
      {loadProblem && <ProblemNote problem={{ message: `Nothing can be offered to pick from. ${loadProblem}` }} />}
    </Stack>
  );
}

/** A service that is a variable says nothing to the store about which values to offer. */
const withoutVariables = (text: string): string => (text.includes('$') ? '' : text);

interface DurationInputProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
  onRun: () => void;
}

function DurationInput({ label, placeholder, value, onChange, onRun }: DurationInputProps) {
  const isInvalid = value !== '' && parseDuration(value) === undefined;
  return (
    <Input
      aria-label={label}
      aria-invalid={isInvalid}
      invalid={isInvalid}
      width={16}
      placeholder={placeholder}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value.replace(/\s/g, ''))}
      onKeyDown={({ key }) => key === 'Enter' && onRun()}
    />
  );
}
