import React from 'react';
import { dateTimeFormat, type DataSourceInstanceSettings } from '@grafana/data';
import { Button, Icon, Stack, Text, TextLink, Tooltip, useStyles2 } from '@grafana/ui';
import { mayEdit } from '../../scenes/permissions';
import { tracePath } from '../../shared/appAddress';
import { formatAge, formatCount } from '../../shared/format';
import { type ListedPinJson } from '../../shared/storePageTypes';
import { Breakable } from './Breakable';
import { getLinksStyles } from './linksStyles';
import { PLACES_EXPLAINED, PLACE_WORDS, kindText } from './pinTexts';
import { usePinChange } from './usePinChange';

interface Props {
  pins: readonly ListedPinJson[];
  store: DataSourceInstanceSettings;
  /** When the list came, Unix milliseconds. */
  atMs: number;
}

/** A row for each trace and kind, the newest first. */
export function KeptTable({ pins, store, atMs }: Props) {
  const styles = useStyles2(getLinksStyles);
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Trace</th>
            <th scope="col">Why</th>
            <th scope="col">Since</th>
            <th scope="col" className={styles.number}>
              Spans
            </th>
            <th scope="col">
              Stored{' '}
              <Tooltip content={PLACES_EXPLAINED}>
                <span tabIndex={0} role="note" aria-label={PLACES_EXPLAINED}>
                  <Icon name="info-circle" size="xs" />
                </span>
              </Tooltip>
            </th>
            {mayEdit() && <th scope="col" aria-label="Change" />}
          </tr>
        </thead>
        <tbody>
          {pins.map((pin) => (
            <tr key={`${pin.kind} ${pin.traceId}`}>
              <td className={styles.wide}>
                <TraceCell pin={pin} datasourceUid={store.uid} />
              </td>
              <td className={styles.wide}>
                <Breakable text={kindText(pin)} />
                {pin.note !== '' && <div className={styles.secondary}>{pin.note}</div>}
              </td>
              <td className={styles.time}>
                <span title={dateTimeFormat(pin.pinnedMs, { format: 'YYYY-MM-DD HH:mm:ss' })}>
                  {formatAge(atMs - pin.pinnedMs)}
                </span>
                {pin.by !== '' && <div className={styles.secondary}>{`by ${pin.by}`}</div>}
              </td>
              <td className={styles.number}>{pin.stored === 'none' ? '–' : formatCount(pin.spans)}</td>
              <td className={styles.time}>{PLACE_WORDS[pin.stored]}</td>
              {mayEdit() && (
                <td className={styles.number}>{pin.kind === 'hand' && <RemoveCell pin={pin} store={store} />}</td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function TraceCell({ pin, datasourceUid }: { pin: ListedPinJson; datasourceUid: string }) {
  const styles = useStyles2(getLinksStyles);
  const { traceId, stored, rootService, rootName, startMs } = pin;
  if (stored === 'none') {
    return <span className={styles.id}>{traceId}</span>;
  }
  const start = startMs === null ? '' : ` of ${dateTimeFormat(startMs, { format: 'YYYY-MM-DD HH:mm:ss' })}`;
  return (
    <>
      <TextLink href={tracePath(traceId, { datasourceUid })} inline={false}>
        {`${rootService || 'No service'} ${rootName || 'No name'}`}
      </TextLink>
      <div className={styles.secondary}>
        <span className={styles.id} title={traceId}>
          {traceId.slice(0, 8)}
        </span>
        {start}
      </div>
    </>
  );
}

/** Removing is undone by keeping again: no question is asked before. */
function RemoveCell({ pin, store }: { pin: ListedPinJson; store: DataSourceInstanceSettings }) {
  const { traceId, note, stored } = pin;
  const { answer, isBusy, refusal, keep, drop } = usePinChange(store, traceId);
  const isPinned = answer ? answer.pins.some(({ kind }) => kind === 'hand') : true;
  const goes = !isPinned && answer?.pins.length === 0 && stored === 'kept';
  return (
    <Stack direction="column" gap={0.5} alignItems="flex-end">
      <Button
        size="sm"
        variant="secondary"
        fill={isPinned ? 'outline' : 'solid'}
        icon={isBusy ? 'spinner' : isPinned ? 'trash-alt' : 'history'}
        disabled={isBusy}
        aria-label={isPinned ? `Remove the pin of trace ${traceId.slice(0, 8)}` : undefined}
        onClick={() => (isPinned ? drop() : keep(note))}
      >
        {isPinned ? 'Remove' : 'Keep again'}
      </Button>
      <div role="status">
        {!isPinned && (
          <Text color="secondary" variant="bodySmall">
            {goes ? 'Removed. Its spans go within the hour.' : 'Removed.'}
          </Text>
        )}
      </div>
      {refusal !== undefined && (
        <div role="alert">
          <Text color="error" variant="bodySmall">
            {refusal}
          </Text>
        </div>
      )}
    </Stack>
  );
}
