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
  { value: 'tagValues', label: 'Attribute values', description: 'Of one attribute' },
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
        <InlineField label="Attribute" labelWidth={14} tooltip="As in TraceQL, with its scope.">
          <Input
            id="clew-variable-tag"
            width={30}
            placeholder="span.http.route"
            defaultValue={query.tag}
            onBlur={({ currentTarget }) => change({ tag: currentTarget.value.trim() || undefined })}
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
