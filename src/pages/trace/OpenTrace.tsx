import React, { useState, type FormEvent } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { SceneObjectBase, type SceneComponentProps, type SceneObjectState } from '@grafana/scenes';
import { Button, Field, Input, useStyles2 } from '@grafana/ui';
import { testIds } from '../../shared/testIds';
import { traceIdFromPaste } from '../../shared/traceIdFromPaste';
import { tracePath } from '../../shared/appAddress';

interface OpenTraceState extends SceneObjectState {
  /** What was given as an id and is none. */
  readonly given?: string;
}

/** Asks for a trace id. */
export class OpenTrace extends SceneObjectBase<OpenTraceState> {
  static Component = OpenTraceRenderer;
}

const HINT = 'A trace id is up to 32 hexadecimal digits. A traceparent or a log line with one in it will do too.';

function OpenTraceRenderer({ model }: SceneComponentProps<OpenTrace>) {
  const styles = useStyles2(getStyles);
  const { given } = model.useState();
  const [text, setText] = useState(given ?? '');
  const [isRefused, setRefused] = useState(given !== undefined);
  const open = (event: FormEvent) => {
    event.preventDefault();
    const id = traceIdFromPaste(text);
    if (id === undefined) {
      setRefused(true);
    } else {
      locationService.push(tracePath(id));
    }
  };
  return (
    <form className={styles.form} onSubmit={open} data-testid={testIds.trace.open}>
      <Field
        label="Trace id"
        description={HINT}
        invalid={isRefused}
        error={`"${text.slice(0, 80)}" has no trace id in it, or more than one.`}
        className={styles.field}
        noMargin
      >
        <Input
          id="clew-trace-id"
          autoFocus
          placeholder="4bf92f3577b34da6a3ce929d0e0e4736"
          value={text}
          onChange={({ currentTarget }) => {
            setText(currentTarget.value);
            setRefused(false);
          }}
          addonAfter={
            <Button type="submit" disabled={text.trim() === ''}>
              Open
            </Button>
          }
        />
      </Field>
    </form>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({ width: '100%', paddingBottom: theme.spacing(2) }),
  field: css({ maxWidth: 560 }),
});
