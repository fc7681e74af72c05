import React, { useRef } from 'react';
import { CoreApp, type QueryEditorProps } from '@grafana/data';
import { RadioButtonGroup, Stack } from '@grafana/ui';
import { testIds } from '../../shared/testIds';
import { type ClewDatasource } from '../datasource';
import { type ClewJsonData, type ClewQuery, type EditorMode } from '../types';
import { QueryOptions } from './QueryOptions';
import { SearchForm } from './SearchForm';
import { TraceContentPicker } from './TraceContentPicker';
import { TraceIdField } from './TraceIdField';
import { TraceqlField } from './TraceqlField';
import { FormLimitNote } from './FormLimitNote';
import { canShowAsForm, modeOf } from './editorMode';

type Props = QueryEditorProps<ClewDatasource, ClewQuery, ClewJsonData>;

const MODES: Array<{ value: EditorMode; label: string; description: string }> = [
  { value: 'search', label: 'Search', description: 'Find traces with a form' },
  { value: 'traceql', label: 'TraceQL', description: 'Find traces with a query' },
  { value: 'traceId', label: 'Trace ID', description: 'Open one trace' },
];

export function QueryEditor({ datasource, query, app, range, onChange, onRunQuery }: Props) {
  const text = query.query ?? '';
  const mode = modeOf(query);
  // What was typed in the other modes, so that looking at them loses nothing.
  const kept = useRef<Partial<Record<'traceId' | 'traceql', string>>>({});

  const change = (changes: Partial<ClewQuery>) =>
    onChange({ ...query, queryType: 'traceql', editorMode: mode, ...changes });
  const pick = (changes: Partial<ClewQuery>) => {
    change(changes);
    // Explore runs when it is told to; a panel shows what its query says.
    if (app !== CoreApp.Explore) {
      onRunQuery();
    }
  };
  const switchTo = (next: EditorMode) => {
    kept.current[mode === 'traceId' ? 'traceId' : 'traceql'] = text;
    const isSameText = (mode === 'traceId') === (next === 'traceId');
    const nextText = isSameText ? text : (kept.current[next === 'traceId' ? 'traceId' : 'traceql'] ?? '');
    const isTooMuchForForm = next === 'search' && !canShowAsForm({ query: nextText });
    change({ query: nextText, editorMode: isTooMuchForForm ? 'traceql' : next });
  };

  return (
    <Stack direction="column" gap={1}>
      <Stack alignItems="center" wrap="wrap" gap={1}>
        <div data-testid={testIds.queryEditor.mode}>
          <RadioButtonGroup
            size="sm"
            aria-label="Query mode"
            options={MODES}
            value={mode}
            disabledOptions={mode === 'traceql' && !canShowAsForm(query) ? ['search'] : []}
            onChange={switchTo}
          />
        </div>
        {mode === 'traceql' && <FormLimitNote text={text} />}
      </Stack>
      {mode === 'search' && (
        <SearchForm
          datasource={datasource}
          text={text}
          range={range}
          onText={(query) => pick({ query })}
          onRun={onRunQuery}
          onEditAsTraceql={() => switchTo('traceql')}
        />
      )}
      {mode === 'traceql' && (
        <TraceqlField
          datasource={datasource}
          text={text}
          range={range}
          onText={(query) => change({ query })}
          onRun={onRunQuery}
        />
      )}
      {mode === 'traceId' && (
        <TraceIdField
          text={text}
          hasVariables={datasource.hasVariables(text)}
          onText={(query) => change({ query })}
          onRun={onRunQuery}
        />
      )}
      {mode === 'traceId' ? (
        <TraceContentPicker query={query} onChange={pick} />
      ) : (
        <QueryOptions datasource={datasource} query={query} onChange={pick} />
      )}
    </Stack>
  );
}
