import React from 'react';
import { Alert, Button, LinkButton, Stack } from '@grafana/ui';
import { describeStoreError, type StorePlace } from '../shared/describeStoreError';
import { type StoreError } from '../shared/storeError';
import { testIds } from '../shared/testIds';
import { may } from './permissions';

interface Props {
  error: StoreError;
  place: StorePlace;
  datasourceUid: string;
  onRetry: () => void;
}

/** What went wrong, where, and the way to mend it. */
export function StoreErrorAlert({ error, place, datasourceUid, onRetry }: Props) {
  return (
    <Alert title={titleOf(error)} severity="error" data-testid={testIds.start.error}>
      <Stack direction="column" gap={2} alignItems="flex-start">
        <span>{describeStoreError(error, place)}</span>
        <Stack gap={1}>
          <Button variant="secondary" size="sm" icon="sync" onClick={onRetry}>
            Try again
          </Button>
          {may('datasources:write') && (
            <LinkButton
              variant="secondary"
              size="sm"
              icon="cog"
              href={`/connections/datasources/edit/${encodeURIComponent(datasourceUid)}`}
            >
              Datasource settings
            </LinkButton>
          )}
        </Stack>
      </Stack>
    </Alert>
  );
}

function titleOf({ kind }: StoreError): string {
  switch (kind) {
    case 'unreachable':
    case 'timeout':
    case 'not-a-store':
      return 'The trace store cannot be reached';
    case 'auth':
    case 'forbidden':
      return 'The trace store may not be queried';
    default:
      return 'The trace store did not answer';
  }
}
