import React from 'react';
import { type AppPluginMeta, type PluginConfigPageProps } from '@grafana/data';
import { LinkButton, Stack, Text, TextLink } from '@grafana/ui';
import { APP_URL, ROUTES } from '../../shared/appAddress';
import { clewDatasources } from '../../scenes/clewDatasources';
import { testIds } from '../../shared/testIds';

/** The app has no settings of its own: what there is to set is in the datasource. */
export default function AppConfig({ plugin }: PluginConfigPageProps<AppPluginMeta>) {
  const datasources = clewDatasources();
  return (
    <div data-testid={testIds.appConfig.container}>
      <Stack direction="column" gap={2} alignItems="flex-start">
        <Text>
          Clew is set up in its datasource: where the trace store is, its token, and which logs and metrics belong to
          its traces.
        </Text>
        {datasources.length > 0 && (
          <ul style={{ listStylePosition: 'inside' }}>
            {datasources.map(({ uid, name }) => (
              <li key={uid}>
                <TextLink href={`/connections/datasources/edit/${encodeURIComponent(uid)}`}>{name}</TextLink>
              </li>
            ))}
          </ul>
        )}
        {plugin.meta.enabled && (
          <Stack gap={1}>
            <LinkButton href={`${APP_URL}/${ROUTES.setup}`}>Open the setup guide</LinkButton>
            <LinkButton variant="secondary" href={`${APP_URL}/${ROUTES.doctor}`}>
              Ask the doctor
            </LinkButton>
            <LinkButton variant="secondary" href={`${APP_URL}/${ROUTES.start}`}>
              Open Clew
            </LinkButton>
          </Stack>
        )}
      </Stack>
    </div>
  );
}
