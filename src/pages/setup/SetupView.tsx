import React from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import {
  SceneObjectBase,
  SceneObjectUrlSyncConfig,
  type SceneComponentProps,
  type SceneObjectState,
  type SceneObjectUrlValues,
} from '@grafana/scenes';
import { Alert, Button, LinkButton, LoadingPlaceholder, Stack, Text, useStyles2 } from '@grafana/ui';
import { may } from '../../scenes/permissions';
import { APP_URL, ROUTES } from '../../shared/appAddress';
import { testIds } from '../../shared/testIds';
import { LinksStep } from './LinksStep';
import { SpansStep } from './SpansStep';
import { Step } from './Step';
import { StoreStep } from './StoreStep';
import { useSetup } from './useSetup';

interface SetupState extends SceneObjectState {
  /** Datasources by uid. */
  readonly store?: string;
  readonly prometheus?: string;
  readonly loki?: string;
}

/** Names in the URL. */
const KEYS = { store: 'var-ds', prometheus: 'prometheus', loki: 'loki' } as const;

export class SetupView extends SceneObjectBase<SetupState> {
  static Component = SetupViewRenderer;

  protected _urlSync = new SceneObjectUrlSyncConfig(this, { keys: Object.values(KEYS) });

  getUrlState(): SceneObjectUrlValues {
    const { store, prometheus, loki } = this.state;
    return { [KEYS.store]: store, [KEYS.prometheus]: prometheus, [KEYS.loki]: loki };
  }

  updateFromUrl(values: SceneObjectUrlValues): void {
    const text = (key: keyof typeof KEYS) => {
      const value = values[KEYS[key]];
      return KEYS[key] in values ? { [key]: typeof value === 'string' ? value : undefined } : {};
    };
    this.setState({ ...text('store'), ...text('prometheus'), ...text('loki') });
  }
}

/** Steps from a store to links in all directions: each says what it found, tries what it proposes, and writes it. */
function SetupViewRenderer({ model }: SceneComponentProps<SetupView>) {
  const styles = useStyles2(getStyles);
  const state = model.useState();
  const { context, problem, isLoading, reload } = useSetup(state.store);
  if (problem !== undefined) {
    return (
      <Alert severity="error" title="Grafana does not say what datasources there are">
        <Stack direction="column" gap={1} alignItems="flex-start">
          {problem}
          <Button size="sm" variant="secondary" onClick={reload}>
            Try again
          </Button>
        </Stack>
      </Alert>
    );
  }
  if (!context) {
    return <LoadingPlaceholder text="Looking for datasources…" />;
  }
  const { store } = context;
  return (
    <div className={styles.page} data-testid={testIds.setup.page} aria-busy={isLoading}>
      {!may('datasources:write') && (
        <Alert severity="info" title="You see what is there and what would be right; an admin makes the links">
          Send an admin the address of this page.
        </Alert>
      )}
      <StoreStep
        context={context}
        onChoose={(uid) => model.setState({ store: uid })}
        onAdded={(uid) => {
          model.setState({ store: uid });
          reload();
        }}
      />
      {store && (
        <>
          <SpansStep key={store.uid} storeUid={store.uid} />
          <LinksStep
            number={3}
            title="Link metrics"
            type="prometheus"
            name="Prometheus"
            context={context}
            store={store}
            chosen={state.prometheus}
            onChoose={(uid) => model.setState({ prometheus: uid })}
            onApplied={reload}
          />
          <LinksStep
            number={4}
            title="Link logs"
            type="loki"
            name="Loki"
            context={context}
            store={store}
            chosen={state.loki}
            onChoose={(uid) => model.setState({ loki: uid })}
            onApplied={reload}
          />
          <Step number={5} title="Have it checked" done={undefined}>
            <Text>
              The doctor tries every link with real data, this way and back, and says what else is in the way.
            </Text>
            <Stack gap={1}>
              <LinkButton
                icon="check-circle"
                href={`${APP_URL}/${ROUTES.doctor}?var-ds=${encodeURIComponent(store.uid)}`}
              >
                Ask the doctor
              </LinkButton>
              <LinkButton
                variant="secondary"
                href={`${APP_URL}/${ROUTES.start}?var-ds=${encodeURIComponent(store.uid)}`}
              >
                See the traces
              </LinkButton>
            </Stack>
          </Step>
        </>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(3), width: '100%', maxWidth: 960 }),
});
