import React, { useId, useState, type FormEvent } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Button, Combobox, Field, Input, useStyles2, type ComboboxOption } from '@grafana/ui';
import { traceIdFromPaste } from '../../shared/traceIdFromPaste';
import { type Sides } from './CompareView';
import { sideKind, USUAL } from './comparison';

interface Props {
  sides: Sides;
  onCompare: (sides: Sides) => void;
}

const AGO_OPTIONS: Array<ComboboxOption<string>> = [
  { value: '', label: 'In the same time' },
  { value: '1h', label: 'An hour before' },
  { value: '1d', label: 'A day before' },
  { value: '7d', label: 'A week before' },
];

/** Both sides as texts, compared when they are sent. */
export function CompareForm({ sides, onCompare }: Props) {
  const styles = useStyles2(getStyles);
  const [draft, setDraft] = useState(sides);
  const change = (changes: Partial<Sides>) => setDraft((last) => ({ ...last, ...changes }));
  const isReady = [draft.a, draft.b].every((text) => !['nothing', 'invalid'].includes(sideKind(text)));
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) {
      onCompare(draft);
    }
  };
  return (
    <form className={styles.form} onSubmit={send} aria-label="What to compare">
      <SideField
        label="First side"
        description="A trace id, TraceQL, or what is usual"
        value={draft.a}
        onChange={(a) => change({ a })}
        extra={
          draft.a === USUAL ? undefined : (
            <Button type="button" size="sm" fill="text" onClick={() => change({ a: USUAL })}>
              What is usual
            </Button>
          )
        }
      />
      <SideField
        label="Second side"
        description="A trace id, or TraceQL"
        value={draft.b}
        onChange={(b) => change({ b })}
      />
      <Field label="The first side is looked for" description="Where it is TraceQL" noMargin>
        <Combobox
          aria-label="The first side is looked for"
          width={22}
          options={AGO_OPTIONS}
          value={draft.ago}
          onChange={({ value }) => change({ ago: value })}
        />
      </Field>
      <Button type="submit" disabled={!isReady} className={styles.send}>
        Compare
      </Button>
    </form>
  );
}

interface SideProps {
  label: string;
  description: string;
  value: string;
  onChange: (value: string) => void;
  extra?: React.ReactNode;
}

function SideField({ label, description, value, onChange, extra }: SideProps) {
  const styles = useStyles2(getStyles);
  const id = useId();
  const isInvalid = sideKind(value) === 'invalid';
  return (
    <Field
      label={label}
      htmlFor={id}
      description={description}
      invalid={isInvalid}
      error="Neither a trace id nor a TraceQL search."
      className={styles.side}
      noMargin
    >
      <Input
        id={id}
        spellCheck={false}
        autoComplete="off"
        placeholder='{ resource.service.name = "checkout" }'
        value={value}
        addonAfter={extra}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
        onPaste={(event) => {
          const text = event.clipboardData.getData('text');
          // A traceparent, a link, a log line: what has one id in it, and is no query.
          const pasted = text.includes('{ ') ? undefined : traceIdFromPaste(text);
          if (pasted !== undefined) {
            event.preventDefault();
            onChange(pasted);
          }
        }}
      />
    </Field>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: theme.spacing(2) }),
  side: css({ flex: '1 1 320px', minWidth: 0 }),
  send: css({ alignSelf: 'flex-end' }),
});
