import React, { type ReactNode } from 'react';
import { Alert, Button, LoadingBar, Text, useStyles2 } from '@grafana/ui';
import { StoreErrorAlert } from '../../scenes/StoreErrorAlert';
import { useDelayed } from '../../scenes/useDelayed';
import { describeStoreError } from '../../shared/describeStoreError';
import { isTooOld } from './refusals';
import { getLinksStyles } from './linksStyles';
import { type Pages } from './usePages';

interface Props {
  list: Pages<unknown>;
  datasourceUid: string;
  /** What there is to see once there is an answer. */
  children: ReactNode;
}

const SLOW_MS = 500;

/** Around a list: that it is asked for, what went wrong, and the way to more of it. */
export function ListFrame({ list, datasourceUid, children }: Props) {
  const styles = useStyles2(getLinksStyles);
  const { pages, failure, isLoading, again, more, isLoadingMore, moreFailure } = list;
  const isSlow = useDelayed(isLoading, SLOW_MS);
  return (
    <div className={styles.tab} aria-busy={isLoading}>
      <div className={styles.progress}>{isSlow && <LoadingBar width={400} ariaLabel="Asking the trace store" />}</div>
      {isSlow && !pages && <Text color="secondary">Asking the trace store…</Text>}
      {failure && !isLoading && isTooOld(failure.error) && (
        <Alert severity="info" title="This store is too old for the page">
          It neither reads exemplars nor keeps traces yet. Update it to the version of the app.
        </Alert>
      )}
      {failure && !isLoading && !isTooOld(failure.error) && (
        <StoreErrorAlert {...failure} datasourceUid={datasourceUid} onRetry={again} />
      )}
      {children}
      {moreFailure && (
        <Alert severity="error" title="The rest of the list did not come">
          {describeStoreError(moreFailure.error, moreFailure.place)}
        </Alert>
      )}
      {more && (
        <div>
          <Button
            size="sm"
            variant="secondary"
            icon={isLoadingMore ? 'spinner' : undefined}
            disabled={isLoadingMore}
            onClick={more}
          >
            Load more
          </Button>
        </div>
      )}
    </div>
  );
}
