import React, { useCallback } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { getBackendSrv } from '@grafana/runtime';
import { LinkButton, useStyles2 } from '@grafana/ui';
import { APP_URL, DASHBOARD_TAG, ROUTES } from '../../shared/appAddress';
import { may } from '../../scenes/permissions';
import { useLoaded } from '../../scenes/useLoaded';
import { exploreUrl } from '../../shared/exploreUrl';
import { asArray, asString, isObject } from '../../shared/narrowing';
import { testIds } from '../../shared/testIds';

interface DashboardLink {
  readonly title: string;
  readonly url: string;
}

/** Where to go from the start page, as far as this user may. */
export function Onwards({ datasourceUid }: { datasourceUid: string }) {
  const styles = useStyles2(getStyles);
  const load = useCallback(() => findDashboards(), []);
  const { value: dashboards = [] } = useLoaded('dashboards', load);
  return (
    <nav className={styles.links} aria-label="Onwards" data-testid={testIds.start.links}>
      {may('datasources:explore') && (
        <LinkButton
          variant="secondary"
          icon="compass"
          href={exploreUrl({ datasourceUid, query: '{ }', range: { from: 'now-1h', to: 'now' } })}
        >
          Search traces in Explore
        </LinkButton>
      )}
      <LinkButton variant="secondary" icon="sitemap" href={`${APP_URL}/${ROUTES.services}?var-ds=${datasourceUid}`}>
        Services
      </LinkButton>
      <LinkButton variant="secondary" icon="document-info" href={`${APP_URL}/${ROUTES.trace}`}>
        Open a trace or a file
      </LinkButton>
      {dashboards.map(({ title, url }) => (
        <LinkButton key={url} variant="secondary" icon="apps" href={url}>
          {title}
        </LinkButton>
      ))}
      {may('datasources:write') && (
        <LinkButton
          variant="secondary"
          icon="cog"
          href={`/connections/datasources/edit/${encodeURIComponent(datasourceUid)}`}
        >
          Datasource settings
        </LinkButton>
      )}
    </nav>
  );
}

/** Dashboards tagged for Clew. Links are an offer: where they cannot be listed there are none. */
async function findDashboards(): Promise<DashboardLink[]> {
  try {
    const params = { type: 'dash-db', tag: DASHBOARD_TAG, limit: 6 };
    const found = await getBackendSrv().get<unknown>('/api/search', params, undefined, { showErrorAlert: false });
    return asArray(found).flatMap((entry) => {
      const title = isObject(entry) ? asString(entry.title) : undefined;
      const url = isObject(entry) ? asString(entry.url) : undefined;
      return title && url ? [{ title, url }] : [];
    });
  } catch {
    return [];
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  links: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) }),
});
