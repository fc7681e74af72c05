import React from 'react';
import { Alert, Stack, Text } from '@grafana/ui';
import { CopyBlock } from '../../scenes/CopyBlock';
import { formatAge, formatCount } from '../../shared/format';
import { type ExemplarListJson } from '../../shared/storePageTypes';
import { PROMETHEUS_SETTING, namesText, prometheusAdvice, readText } from './exemplarTexts';

interface Props {
  list: Pick<ExemplarListJson, 'prometheus' | 'labels' | 'counts'>;
  /** When the list came, Unix milliseconds. */
  atMs: number;
}

/** Where exemplars are read, when that was last, and what went wrong. */
export function ReadFrom({ list: { prometheus, labels, counts }, atMs }: Props) {
  return (
    <>
      {!prometheus && (
        <Alert severity="info" title="Only the store's own span metrics are read">
          <Stack direction="column" gap={1}>
            <span>
              For the exemplars of your services, start the store with the address of Prometheus, as it sees it.
            </span>
            <CopyBlock name="the setting of the store" text={PROMETHEUS_SETTING} />
          </Stack>
        </Alert>
      )}
      {prometheus && prometheus.lastError !== null && (
        <Alert severity="warning" title={prometheus.lastError}>
          {prometheusAdvice(prometheus.lastError)}
          {prometheus.errorMs !== null && ` (${formatAge(atMs - prometheus.errorMs)})`}
        </Alert>
      )}
      <Text color="secondary" element="p">
        {prometheus && `${readText(prometheus, atMs)} `}
        <span title={labels.join(', ')}>{`Ids are looked for in the labels ${namesText(labels)}.`}</span>
        {counts.without_id > 0 && ` ${formatCount(counts.without_id)} have none of them, and are not listed.`}
      </Text>
    </>
  );
}
