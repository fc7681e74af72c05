import React, { useId } from 'react';
import { normalizeTraceId } from '@clew/traceql';
import { InlineField, Input } from '@grafana/ui';
import { testIds } from '../../shared/testIds';
import { traceIdFromPaste } from '../../shared/traceIdFromPaste';
import { useDraft } from './useDraft';

interface Props {
  text: string;
  /** Texts with a variable are not complained about. */
  hasVariables: boolean;
  onText: (text: string) => void;
  onRun: () => void;
}

export function TraceIdField({ text, hasVariables, onText, onRun }: Props) {
  const id = useId();
  const [draft, type] = useDraft(text, onText);
  const isInvalid = draft.trim() !== '' && !hasVariables && normalizeTraceId(draft) === undefined;
  return (
    <InlineField
      label="Trace ID"
      labelWidth={14}
      htmlFor={id}
      grow
      invalid={isInvalid}
      error="Up to 32 hexadecimal digits. A traceparent header or a link to a trace can be pasted too."
      tooltip="The time range does not matter: the store finds a trace by its id alone."
    >
      <Input
        id={id}
        data-testid={testIds.queryEditor.traceId}
        spellCheck={false}
        autoComplete="off"
        placeholder="4bf92f3577b34da6a3ce929d0e0e4736"
        value={draft}
        onChange={({ currentTarget }) => type(currentTarget.value)}
        onPaste={(event) => {
          const pasted = traceIdFromPaste(event.clipboardData.getData('text'));
          if (pasted !== undefined) {
            event.preventDefault();
            type(pasted);
          }
        }}
        onKeyDown={({ key }) => key === 'Enter' && onRun()}
      />
    </InlineField>
  );
}
