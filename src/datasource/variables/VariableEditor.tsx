import React, { useState } from 'react';
import { type QueryEditorProps } from '@grafana/data';
import { Combobox, InlineField, InlineFieldRow, Input } from '@grafana/ui';
import { type ClewDatasource } from '../datasource';
import { type ClewJsonData, type ClewQuery, type ClewVariableQuery, type VariableKind } from '../types';
import { readVariableQuery } from './readVariableQuery';

type Props = QueryEditorProps<ClewDatasource, ClewQuery, ClewJsonData, ClewVariableQuery>;

const KINDS: Array<{ value: VariableKind; label: string; description: string }> = [
  { value: 'services', label: 'Services', description: 'Values of resource.service.name' },
  { value: 'operations', label: 'Operations', description: 'Span names, of one service or of all' },
  { value: 'tagNames', label: 'Attribute names', description: 'With their scope, as in TraceQL' },
  {
    value: 'tagValues',
    label: 'Attribute values',
    description: 'Of one attribute, on all spans or on those that match',
  },
  { value: 'traceql', label: 'TraceQL', description: 'What a query with distinct() finds, the most frequent first' },
];

export function VariableEditor({ query: stored, onChange }: Props) {
  const [query, setQuery] = useState(() => readOrDefault(stored));
  const change = (changes: Partial<ClewVariableQuery>) => {
    const changed = { ...query, ...changes };
    setQuery(changed);
    onChange(changed);
  };
  return (
    <InlineFieldRow>
      <InlineField label="List" labelWidth={14} htmlFor="clew-variable-kind">
        <Combobox
          id="clew-variable-kind"
          width={30}
          options={KINDS}
          value={query.kind}
          onChange={({ value }) => change({ kind: value })}
        />
      </InlineField>
      {query.kind === 'operations' && (
        <InlineField
          label="Service"
          labelWidth={14}
          tooltip="Empty for all. Can be a regular expression or a variable."
        >
          <Input
            id="clew-variable-service"
            width={30}
            placeholder="all services"
            defaultValue={query.service}
            onBlur={({ currentTarget }) => change({ service: currentTarget.value.trim() || undefined })}
          />
        </InlineField>
      )}
      {query.kind === 'tagValues' && (
        <>
          <InlineField label="Attribute" labelWidth={14} tooltip="As in TraceQL, with its scope. Can be a variable.">
            <Input
              id="clew-variable-tag"
              width={30}
              placeholder="span.http.route"
              defaultValue={query.tag}
              onBlur={({ currentTarget }) => change({ tag: currentTarget.value.trim() || undefined })}
            />
          </InlineField>
          <InlineField
            label="On spans"
            labelWidth={14}
            tooltip="TraceQL: only values on spans that match. Empty for all spans. Variables are filled in."
          >
            <Input
              id="clew-variable-filter"
              width={50}
              placeholder='all, or { resource.service.name = "$service" }'
              defaultValue={query.query}
              onBlur={({ currentTarget }) => change({ query: currentTarget.value.trim() || undefined })}
            />
          </InlineField>
        </>
      )}
      {query.kind === 'traceql' && (
        <InlineField
          label="TraceQL"
          labelWidth={14}
          tooltip="Spans, then | distinct(attribute): the attribute's values on these spans. Any metric by (attribute) will do; the largest come first. Variables are filled in."
        >
          <Input
            id="clew-variable-traceql"
            width={80}
            placeholder="{ status = error } | distinct(resource.service.name)"
            defaultValue={query.query}
            onBlur={({ currentTarget }) => change({ query: currentTarget.value.trim() || undefined })}
          />
        </InlineField>
      )}
    </InlineFieldRow>
  );
}

/** A text that cannot be read is shown as the default; it stays stored until the form changes it. */
function readOrDefault(stored: unknown): ClewVariableQuery {
  try {
    return readVariableQuery(stored);
  } catch {
    return readVariableQuery(undefined);
  }
}
