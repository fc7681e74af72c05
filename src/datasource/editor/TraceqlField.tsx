import React, { useId, type KeyboardEvent } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Stack, Text, TextArea, useStyles2 } from '@grafana/ui';
import { testIds } from '../../shared/testIds';
import { type ClewDatasource } from '../datasource';
import { queryProblem } from '../query/problem';
import { ProblemNote } from './ProblemNote';
import { useDebounced } from './useDebounced';
import { useDraft } from './useDraft';

interface Props {
  datasource: ClewDatasource;
  text: string;
  onText: (text: string) => void;
  onRun: () => void;
}

/** Long enough not to complain about a word that is still being typed. */
const SETTLE_MS = 300;

export function TraceqlField({ datasource, text, onText, onRun }: Props) {
  const styles = useStyles2(getStyles);
  const id = useId();
  const [draft, type] = useDraft(text, onText);
  const settled = useDebounced(draft, SETTLE_MS);
  const problem = settled === draft ? problemOf(datasource, settled) : undefined;
  const runOnEnter = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.shiftKey || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onRun();
    }
  };
  return (
    <Stack direction="column" gap={0.5}>
      <TextArea
        id={id}
        aria-label="TraceQL query"
        aria-describedby={`${id}-note`}
        aria-invalid={problem !== undefined}
        data-testid={testIds.queryEditor.traceql}
        className={styles.text}
        rows={Math.min(12, Math.max(2, draft.split('\n').length))}
        spellCheck={false}
        autoComplete="off"
        placeholder={'{ resource.service.name = "checkout" && duration > 100ms }'}
        invalid={problem !== undefined}
        value={draft}
        onChange={({ currentTarget }) => type(currentTarget.value)}
        onKeyDown={runOnEnter}
      />
      {problem ? (
        <ProblemNote id={`${id}-note`} problem={problem} text={draft} />
      ) : (
        <Text id={`${id}-note`} variant="bodySmall" color="secondary">
          Shift+Enter runs the query. A trace id alone opens that trace.
        </Text>
      )}
    </Stack>
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
  text: css({ fontFamily: theme.typography.fontFamilyMonospace, fontSize: theme.typography.bodySmall.fontSize }),
});
