import React from 'react';
import { css } from '@emotion/css';
import { type DataSourceInstanceSettings } from '@grafana/data';
import { LoadingBar, Text, useStyles2 } from '@grafana/ui';
import { StoreErrorAlert } from './StoreErrorAlert';
import { type Asked } from './useAsked';
import { useDelayed } from './useDelayed';

interface Props<T> {
  asked: Asked<T>;
  store: DataSourceInstanceSettings;
  /** What is waited for, as a sentence. */
  waiting: string;
  onRetry: () => void;
  children: (data: T) => React.ReactNode;
}

const SLOW_MS = 1000;

/** A part of a page that waits for its own answer, and fails alone. */
export function AskedPart<T>({ asked: { outcome, isLoading }, store, waiting, onRetry, children }: Props<T>) {
  const styles = useStyles2(getStyles);
  const isSlow = useDelayed(isLoading, SLOW_MS);
  return (
    <div aria-busy={isLoading} className={styles.part}>
      {isSlow && <LoadingBar width={300} ariaLabel={waiting} />}
      {isSlow && !outcome && <Text color="secondary">{waiting}</Text>}
      {outcome && 'failure' in outcome && (
        <StoreErrorAlert {...outcome.failure} datasourceUid={store.uid} onRetry={onRetry} />
      )}
      {outcome && 'data' in outcome && children(outcome.data)}
    </div>
  );
}

const getStyles = () => ({ part: css({ width: '100%', minWidth: 0 }) });
