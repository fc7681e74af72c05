import React, { useCallback, useMemo } from 'react';
import { type DataSourceInstanceSettings } from '@grafana/data';
import { Button, Combobox, EmptyState, LinkButton, Stack, Text, useStyles2 } from '@grafana/ui';
import { CopyBlock } from '../../scenes/CopyBlock';
import { APP_URL, ROUTES } from '../../shared/appAddress';
import { formatCount } from '../../shared/format';
import { type StoreClient } from '../../shared/storeClient';
import { Choices } from './Choices';
import { ExemplarsTable } from './ExemplarsTable';
import { ListFrame } from './ListFrame';
import { ReadFrom } from './ReadFrom';
import {
  PROMETHEUS_SETTING,
  SHOWN_STATES,
  STATE_ADVICE,
  STATE_WORDS,
  allResolveText,
  countsOf,
  pictureOf,
  unresolvedOf,
  type ShownState,
} from './exemplarTexts';
import { getLinksStyles } from './linksStyles';
import { usePages } from './usePages';

interface Filter {
  readonly reason?: ShownState;
  readonly metric?: string;
}

interface Props extends Filter {
  store: DataSourceInstanceSettings;
  onChange: (change: Filter) => void;
}

const LIMIT = 100;

/** Which exemplars lead to no trace, and why. */
export function Exemplars({ store, reason, metric, onChange }: Props) {
  const styles = useStyles2(getLinksStyles);
  const ask = useCallback(
    async (client: StoreClient, cursor: string | undefined, signal: AbortSignal) => {
      const list = await client.exemplars({ metric, state: reason ?? 'unresolved', limit: LIMIT, cursor, signal });
      return { ...list, asked: { reason, metric } };
    },
    [metric, reason]
  );
  const list = usePages(store, ask);
  const first = list.pages?.[0];
  const exemplars = useMemo(() => list.pages?.flatMap((page) => page.exemplars) ?? [], [list.pages]);
  const picture = first && pictureOf(first, first.asked);
  return (
    <ListFrame list={list} datasourceUid={store.uid}>
      {first && picture === 'not-linked' && <NotLinked onCheck={list.again} />}
      {first && picture !== 'not-linked' && (
        <>
          <ReadFrom list={first} atMs={list.atMs} />
          {picture !== 'nothing-seen' && (
            <div className={styles.bar}>
              <Choices
                name="Why they do not resolve"
                choices={choicesOf(countsOf(first, metric))}
                value={reason}
                onChange={(next) => onChange({ reason: next })}
              />
              <Stack gap={1} alignItems="center">
                <Combobox
                  aria-label="Metric"
                  placeholder="All metrics"
                  width={40}
                  isClearable
                  options={metricsOf(first)}
                  value={metric ?? null}
                  onChange={(option: { value: string } | null) => onChange({ metric: option?.value })}
                />
                <Button
                  variant="secondary"
                  icon="sync"
                  aria-label="Refresh"
                  disabled={list.isLoading}
                  onClick={list.again}
                />
              </Stack>
            </div>
          )}
          {first.asked.reason !== undefined && picture === 'list' && (
            <Text color="secondary">{STATE_ADVICE[first.asked.reason]}</Text>
          )}
          {picture === 'list' && <ExemplarsTable exemplars={exemplars} datasourceUid={store.uid} />}
          {picture === 'nothing-seen' && (
            <NothingSeen withoutId={first.counts.without_id} datasourceUid={store.uid} onCheck={list.again} />
          )}
          {picture === 'all-resolve' && (
            <EmptyState
              variant="completed"
              message={allResolveText(countsOf(first, first.asked.metric), first.asked.metric)}
            />
          )}
          {picture === 'none-like-this' && (
            <EmptyState
              variant="not-found"
              message="No exemplar is like this"
              button={
                <Button variant="secondary" onClick={() => onChange({ reason: undefined, metric: undefined })}>
                  Show all that do not resolve
                </Button>
              }
            />
          )}
        </>
      )}
    </ListFrame>
  );
}

function choicesOf(counts: ReturnType<typeof countsOf>) {
  return [
    { value: undefined, label: 'All unresolved', count: unresolvedOf(counts) },
    ...SHOWN_STATES.map((state) => ({
      value: state,
      label: STATE_WORDS[state],
      count: counts[state],
      title: STATE_ADVICE[state],
      isApart: state === 'too_new',
    })),
  ];
}

function metricsOf({ metrics }: Parameters<typeof countsOf>[0]) {
  return metrics.map((counts) => ({
    value: counts.metric,
    description: `${formatCount(unresolvedOf(counts))} of ${formatCount(unresolvedOf(counts) + counts.resolved + counts.too_new)} do not resolve`,
  }));
}

function NotLinked({ onCheck }: { onCheck: () => void }) {
  return (
    <EmptyState
      variant="call-to-action"
      message="The store does not know where exemplars are"
      button={
        <Button variant="secondary" icon="sync" onClick={onCheck}>
          Look again
        </Button>
      }
    >
      <Stack direction="column" gap={1} alignItems="center">
        <span>
          Start it with the address of Prometheus, as the store sees it. It then reads the exemplars every minute, keeps
          the traces that they lead to, and says here which lead nowhere.
        </span>
        <CopyBlock name="the setting of the store" text={PROMETHEUS_SETTING} />
      </Stack>
    </EmptyState>
  );
}

interface NothingSeenProps {
  withoutId: number;
  datasourceUid: string;
  onCheck: () => void;
}

function NothingSeen({ withoutId, datasourceUid, onCheck }: NothingSeenProps) {
  return (
    <EmptyState
      variant="not-found"
      message={withoutId === 0 ? 'No exemplar has been read yet' : 'No exemplar has a trace id'}
      button={
        <Stack gap={1} justifyContent="center">
          <Button variant="secondary" icon="sync" onClick={onCheck}>
            Look again
          </Button>
          <LinkButton
            variant="secondary"
            icon="heart-rate"
            href={`${APP_URL}/${ROUTES.doctor}?var-ds=${encodeURIComponent(datasourceUid)}`}
          >
            Open the doctor
          </LinkButton>
        </Stack>
      }
    >
      {withoutId === 0
        ? 'Services write them beside histograms, and Prometheus keeps them with --enable-feature=exemplar-storage. The doctor tries each step.'
        : `${formatCount(withoutId)} were read, and none has one of the labels above. CLEW_EXEMPLAR_LABELS names others.`}
    </EmptyState>
  );
}
