import React, { useEffect, useState } from 'react';
import { css } from '@emotion/css';
import { type DataSourceInstanceSettings, type GrafanaTheme2 } from '@grafana/data';
import { Button, Input, Stack, Text, TextLink, Toggletip, useStyles2 } from '@grafana/ui';
import { loadOutcome } from '../../scenes/loadOutcome';
import { mayEdit } from '../../scenes/permissions';
import { APP_URL, ROUTES } from '../../shared/appAddress';
import { type TracePinJson } from '../../shared/storePageTypes';
import { testIds } from '../../shared/testIds';
import { pinText, tellingPin } from './pinTexts';
import { EDITORS_ONLY } from './refusals';
import { usePinChange, type PinChange } from './usePinChange';

interface Props {
  store: DataSourceInstanceSettings;
  traceId: string;
}

/** The trace itself is asked for first. */
const WAIT_MS = 800;
/** As many characters as the store takes. */
const MAX_NOTE = 500;

/** Whether a trace is kept beyond retention, and why. Not there until that is known, nor where the store cannot say. */
export function KeepButton({ store, traceId }: Props) {
  const styles = useStyles2(getStyles);
  const found = useTracePin(store, traceId);
  const change = usePinChange(store, traceId);
  const pin = change.answer ?? found;
  if (!pin) {
    return null;
  }
  const reason = tellingPin(pin);
  if (!reason && !mayEdit()) {
    return (
      <Button size="sm" variant="secondary" fill="outline" icon="bookmark" disabled tooltip={EDITORS_ONLY}>
        Keep this trace
      </Button>
    );
  }
  return (
    <Toggletip
      placement="bottom-end"
      closeButton
      title={<Text weight="medium">{reason ? 'Kept beyond retention' : 'Keep beyond retention'}</Text>}
      content={
        <div className={styles.content}>
          <Reasons pin={pin} />
          {mayEdit() && <Form pin={pin} change={change} />}
          {!mayEdit() && <Text color="secondary">{EDITORS_ONLY}</Text>}
          <TextLink href={`${APP_URL}/${ROUTES.links}?var-ds=${encodeURIComponent(store.uid)}&tab=kept`} inline={false}>
            All kept traces
          </TextLink>
        </div>
      }
    >
      <Button
        size="sm"
        variant="secondary"
        fill={reason ? 'solid' : 'outline'}
        icon={reason ? 'check' : 'bookmark'}
        data-testid={testIds.linksPage.keep}
      >
        {reason ? 'Kept' : 'Keep this trace'}
      </Button>
    </Toggletip>
  );
}

/** Undefined until it is known, and where it cannot be. */
function useTracePin(store: DataSourceInstanceSettings, traceId: string): TracePinJson | undefined {
  const [pin, setPin] = useState<TracePinJson>();
  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(() => {
      void loadOutcome(store, (client) => client.tracePin(traceId, abort.signal)).then((outcome) => {
        // What fails here is said where the trace is shown.
        if (!abort.signal.aborted && 'data' in outcome) {
          setPin(outcome.data);
        }
      });
    }, WAIT_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [store, traceId]);
  return pin;
}

function Reasons({ pin }: { pin: TracePinJson }) {
  const styles = useStyles2(getStyles);
  const [atMs] = useState(() => Date.now());
  if (pin.pins.length === 0) {
    return (
      <span>
        Retention drops spans by their age. A trace that is kept stays, within the room that the store has for them.
      </span>
    );
  }
  return (
    <ul className={styles.reasons}>
      {pin.pins.map((one) => (
        <li key={`${one.kind} ${one.source}`}>{pinText(one, Math.max(atMs, one.pinnedMs))}</li>
      ))}
    </ul>
  );
}

function Form({ pin, change: { isBusy, refusal, keep, drop } }: { pin: TracePinJson; change: PinChange }) {
  const byHand = pin.pins.find(({ kind }) => kind === 'hand');
  const [note, setNote] = useState(byHand?.note ?? '');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        keep(note);
      }}
    >
      <Stack direction="column" gap={1}>
        <Input
          aria-label="Note"
          placeholder="Note (optional)"
          maxLength={MAX_NOTE}
          value={note}
          onChange={({ currentTarget }) => setNote(currentTarget.value)}
        />
        <Stack gap={1}>
          <Button
            type="submit"
            size="sm"
            icon={isBusy ? 'spinner' : undefined}
            disabled={isBusy || (byHand !== undefined && note.trim() === byHand.note)}
          >
            {byHand ? 'Change the note' : 'Keep'}
          </Button>
          {byHand && (
            <Button size="sm" variant="secondary" disabled={isBusy} onClick={drop}>
              {pin.pins.length > 1 ? 'Remove the pin by hand' : 'Stop keeping'}
            </Button>
          )}
        </Stack>
        {refusal !== undefined && (
          <div role="alert">
            <Text color="error">{refusal}</Text>
          </div>
        )}
      </Stack>
    </form>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  content: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), width: 320 }),
  reasons: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(0.5),
    margin: 0,
    listStyle: 'none',
    overflowWrap: 'anywhere',
  }),
});
