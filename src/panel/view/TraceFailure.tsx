import React from 'react';
import { Alert, Button, LinkButton, Stack } from '@grafana/ui';

interface Props {
  title: string;
  text: string;
  datasourceUrl: string | undefined;
  onRetry: (() => void) | undefined;
}

/** Nothing of the trace can be shown: why, and the way to mend it. */
export function TraceFailure({ title, text, datasourceUrl, onRetry }: Props) {
  return (
    <Alert title={title} severity="error">
      <Stack direction="column" gap={2} alignItems="flex-start">
        <span>{text}</span>
        <Stack gap={1}>
          {onRetry && (
            <Button variant="secondary" size="sm" icon="sync" onClick={onRetry}>
              Try again
            </Button>
          )}
          {datasourceUrl !== undefined && (
            <LinkButton variant="secondary" size="sm" icon="cog" href={datasourceUrl}>
              Datasource settings
            </LinkButton>
          )}
        </Stack>
      </Stack>
    </Alert>
  );
}
