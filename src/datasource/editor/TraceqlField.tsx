import React, { useCallback, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2, type TimeRange } from '@grafana/data';
import { Stack, Text, TextArea, useStyles2, type MonacoEditor } from '@grafana/ui';
import { describeStoreError } from '../../shared/describeStoreError';
import { StoreError } from '../../shared/storeError';
import { testIds } from '../../shared/testIds';
import { type ClewDatasource } from '../datasource';
import { queryProblem } from '../query/problem';
import { ProblemNote } from './ProblemNote';
import { type CompletionContext } from './traceql/completions';
import { MonacoField } from './traceql/MonacoField';
import { isBeingWritten } from './traceql/monacoItems';
import { useDebounced } from './useDebounced';
import { useDraft } from './useDraft';
import { useTagSource } from './useTagSource';

interface Props {
  datasource: ClewDatasource;
  text: string;
  range: TimeRange | undefined;
  onText: (text: string) => void;
  onRun: () => void;
}

/** Long enough not to complain about a word that is still being typed. */
const SETTLE_MS = 300;
const LABEL = 'TraceQL query';
const PLACEHOLDER = '{ resource.service.name = "checkout" && duration > 100ms }';

/** A query as text. A plain field stands in until Monaco is there, and stays where it cannot be loaded. */
export function TraceqlField({ datasource, text, range, onText, onRun }: Props) {
  const styles = useStyles2(getStyles);
  const id = useId();
  const [draft, type] = useDraft(text, onText);
  const [isReady, setIsReady] = useState(false);
  const [loadProblem, setLoadProblem] = useState<string>();
  const plain = useRef<HTMLTextAreaElement>(null);
  const completion = useCompletion(datasource, range, setLoadProblem);
  const settled = useDebounced(draft, SETTLE_MS);
  const [cursor, setCursor] = useState<number>();
  const found = useMemo(
    () => (settled === draft ? problemOf(datasource, settled) : undefined),
    [datasource, settled, draft]
  );
  const problem = found && cursor !== undefined && isBeingWritten(draft, found, cursor) ? undefined : found;

  // Somebody may be typing in the plain field when it goes.
  const resume = useRef<() => void>();
  const takeOver = useCallback((editor: MonacoEditor) => {
    const field = plain.current;
    if (field && field === document.activeElement) {
      const { selectionEnd } = field;
      resume.current = () => {
        editor.focus();
        editor.setPosition(editor.getModel()?.getPositionAt(selectionEnd) ?? { lineNumber: 1, column: 1 });
      };
    }
    setIsReady(true);
  }, []);
  useEffect(() => {
    if (isReady) {
      resume.current?.();
    }
  }, [isReady]);

  const runOnEnter = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.shiftKey || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onRun();
    }
  };
  return (
    <Stack direction="column" gap={0.5}>
      <div className={isReady ? undefined : styles.loading} data-testid={testIds.queryEditor.traceqlEditor}>
        <MonacoField
          value={draft}
          label={LABEL}
          placeholder={PLACEHOLDER}
          describedBy={`${id}-note`}
          problem={problem}
          completion={completion}
          onChange={type}
          onRun={onRun}
          onCursor={setCursor}
          onReady={takeOver}
        />
      </div>
      {!isReady && (
        <TextArea
          ref={plain}
          id={id}
          aria-label={LABEL}
          aria-describedby={`${id}-note`}
          aria-invalid={problem !== undefined}
          data-testid={testIds.queryEditor.traceql}
          className={styles.text}
          rows={Math.min(10, draft.split('\n').length)}
          spellCheck={false}
          autoComplete="off"
          placeholder={PLACEHOLDER}
          invalid={problem !== undefined}
          value={draft}
          onChange={({ currentTarget }) => type(currentTarget.value)}
          onKeyDown={runOnEnter}
        />
      )}
      {problem ? (
        <ProblemNote id={`${id}-note`} problem={problem} text={isReady ? undefined : draft} />
      ) : (
        <Text id={`${id}-note`} variant="bodySmall" color="secondary">
          Shift+Enter runs the query. A trace id alone opens that trace.
        </Text>
      )}
      {loadProblem && <ProblemNote problem={{ message: `The store's attributes cannot be offered. ${loadProblem}` }} />}
    </Stack>
  );
}

function useCompletion(
  datasource: ClewDatasource,
  range: TimeRange | undefined,
  onProblem: (message: string | undefined) => void
): CompletionContext {
  const source = useTagSource(datasource, range);
  return useMemo(
    () => ({
      source,
      variables: datasource.variableNames(),
      interpolate: (text) => datasource.interpolate(text),
      onError: async (error) => {
        if (error === undefined) {
          onProblem(undefined);
        } else if (error instanceof StoreError) {
          onProblem(describeStoreError(error, await datasource.place()));
        } else {
          onProblem(String(error));
        }
      },
    }),
    [datasource, source, onProblem]
  );
}

/** Positions are those of the text with its values filled in, and say nothing about the text with its variables. */
function problemOf(datasource: ClewDatasource, text: string) {
  if (!datasource.hasVariables(text)) {
    return queryProblem({ query: text });
  }
  const problem = queryProblem({ query: datasource.interpolate(text) });
  return problem && { message: `With the variables filled in: ${problem.message}`, hint: problem.hint };
}

const getStyles = (theme: GrafanaTheme2) => ({
  // Laid out, so that it has its width at once, but not there yet.
  loading: css({ height: 0, overflow: 'hidden', visibility: 'hidden' }),
  text: css({
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
    padding: theme.spacing(0.75, 1),
  }),
});
