import React, { useEffect } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Spinner, Stack, Text, TextLink, useStyles2 } from '@grafana/ui';
import { CopyBlock } from '../../scenes/CopyBlock';
import { APP_URL, ROUTES } from '../../shared/appAddress';
import { type StoreStatus } from '../../shared/storeTypes';
import { testIds } from '../../shared/testIds';
import { collectorExporter, curlCommand, sdkEnvironment } from './firstTrace';

interface Props {
  otlp: StoreStatus['otlp'];
  onCheck: () => void;
}

const CHECK_EVERY_MS = 5000;

/** The store runs and has nothing: how to send the first trace. Looks again by itself. */
export function EmptyStore({ otlp, onCheck }: Props) {
  const styles = useStyles2(getStyles);
  useEffect(() => {
    const timer = setInterval(onCheck, CHECK_EVERY_MS);
    return () => clearInterval(timer);
  }, [onCheck]);
  return (
    <section className={styles.page} aria-label="Send the first trace" data-testid={testIds.start.empty}>
      <div>
        <Text element="h2" variant="h3">
          Send the first trace
        </Text>
        <Stack gap={1} alignItems="center">
          <Spinner inline size="sm" />
          <Text color="secondary">
            The store is ready and waits for its first span. This page notices when it comes.
          </Text>
          <TextLink href={`${APP_URL}/${ROUTES.setup}`}>Link metrics and logs</TextLink>
        </Stack>
      </div>
      <Way title="From an application" description="Any OpenTelemetry SDK or agent reads these variables.">
        <CopyBlock name="the variables" text={sdkEnvironment(otlp)} />
      </Way>
      <Way
        title="From an OpenTelemetry Collector"
        description="Add the exporter to the ones that the traces pipeline has."
      >
        <CopyBlock name="the exporter" text={collectorExporter(otlp)} />
      </Way>
      <Way title="By hand" description="One span, to see that it works.">
        <CopyBlock name="the command" text={curlCommand(otlp)} />
      </Way>
      <Text color="secondary" variant="bodySmall">
        These are the addresses where the store listens. From another machine or a container, use the name under which
        that one reaches the store.
      </Text>
    </section>
  );
}

interface WayProps {
  title: string;
  description: string;
  children: React.ReactNode;
}

function Way({ title, description, children }: WayProps) {
  return (
    <Stack direction="column" gap={0.5}>
      <Text element="h3" variant="h5">
        {title}
      </Text>
      <Text color="secondary">{description}</Text>
      {children}
    </Stack>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(3), maxWidth: 860 }),
});
