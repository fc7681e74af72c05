import React, { useId, useState, type FormEvent } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Button, Field, Input, useStyles2 } from '@grafana/ui';
import { EVERYTHING, queryProblem } from './mapQuery';

interface Props {
  readonly query: string;
  readonly onShow: (query: string) => void;
}

/** Of which traces the map is: a draft until it is sent. */
export function MapForm({ query, onShow }: Props) {
  const styles = useStyles2(getStyles);
  const id = useId();
  const [draft, setDraft] = useState(query);
  const text = draft.trim() === '' ? EVERYTHING : draft;
  const problem = queryProblem(text);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (problem === undefined) {
      onShow(text);
    }
  };
  return (
    <form className={styles.form} onSubmit={send} aria-label="Traces of the map">
      <Field
        label="Traces that have spans with"
        htmlFor={id}
        invalid={problem !== undefined}
        error={problem}
        className={styles.field}
        noMargin
      >
        <Input
          id={id}
          className={styles.text}
          spellCheck={false}
          autoComplete="off"
          placeholder={EVERYTHING}
          value={draft}
          onChange={({ currentTarget }) => setDraft(currentTarget.value)}
        />
      </Field>
      <div className={styles.buttons}>
        <Button type="submit" disabled={problem !== undefined}>
          Show
        </Button>
        {query !== EVERYTHING && (
          <Button type="button" variant="secondary" fill="text" onClick={() => onShow(EVERYTHING)}>
            All traces
          </Button>
        )}
      </div>
    </form>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: theme.spacing(1) }),
  field: css({ flex: '1 1 400px', minWidth: 0 }),
  text: css({ input: { fontFamily: theme.typography.fontFamilyMonospace } }),
  // Beside the field, below its label.
  buttons: css({ display: 'flex', gap: theme.spacing(1), paddingTop: 19 }),
});
