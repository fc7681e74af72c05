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
import { Alert, Button, ClipboardButton, Icon, LinkButton, LoadingBar, Stack, Text, useStyles2 } from '@grafana/ui';
import { ALL_CHECKS, worst, type CheckResult } from '@clew/doctor';
import { may } from '../../scenes/permissions';
import { useChosenStore } from '../../scenes/storeVariable';
import { APP_URL, ROUTES } from '../../shared/appAddress';
import { formatDurationMs } from '../../shared/format';
import { testIds } from '../../shared/testIds';
import { CheckRow } from './CheckRow';
import { OutcomeMark } from '../../scenes/doctor/OutcomeMark';
import { AREAS, summaryOf } from '../../scenes/doctor/outcomes';
import { useDoctor } from './useDoctor';

interface DoctorState extends SceneObjectState {
  /** The check that the address names. */
  readonly check?: string;
}

export class DoctorView extends SceneObjectBase<DoctorState> {
  static Component = DoctorViewRenderer;

  protected _urlSync = new SceneObjectUrlSyncConfig(this, { keys: ['check'] });

  getUrlState(): SceneObjectUrlValues {
    return { check: this.state.check };
  }

  updateFromUrl({ check }: SceneObjectUrlValues): void {
    this.setState({ check: typeof check === 'string' ? check : undefined });
  }
}

/** The chain from metrics to traces to logs, and each of its links. */
function DoctorViewRenderer({ model }: SceneComponentProps<DoctorView>) {
  const styles = useStyles2(getStyles);
  const { check: chosen } = model.useState();
  const store = useChosenStore(model);
  const { results, report, problem, isRunning, again } = useDoctor(store.uid);
  const done = [...results.values()];
  return (
    <div className={styles.page} data-testid={testIds.doctor.page} aria-busy={isRunning}>
      <Stack justifyContent="space-between" alignItems="center" wrap="wrap" gap={1}>
        <div role="status">
          <Text element="h2" variant="h4">
            {isRunning
              ? `Trying each link: ${done.length} of ${ALL_CHECKS.length} done…`
              : problem === undefined
                ? summaryOf(done)
                : 'Nothing could be tested'}
          </Text>
          {report && (
            <Text color="secondary">{`${ALL_CHECKS.length} checks in ${formatDurationMs(report.durationMs)}, with your rights.`}</Text>
          )}
        </div>
        <Stack gap={1}>
          <Button size="sm" icon="sync" variant="secondary" disabled={isRunning} onClick={again}>
            Try again
          </Button>
          <ClipboardButton
            size="sm"
            icon="copy"
            variant="secondary"
            disabled={!report}
            getText={() => JSON.stringify({ store: store.uid, results: done }, undefined, 2)}
          >
            Copy as JSON
          </ClipboardButton>
          <LinkButton size="sm" icon="link" variant="secondary" href={`${APP_URL}/${ROUTES.setup}?var-ds=${store.uid}`}>
            Setup guide
          </LinkButton>
        </Stack>
      </Stack>
      <div className={styles.progress}>{isRunning && <LoadingBar width={600} ariaLabel="Trying each link" />}</div>
      {problem !== undefined && (
        <Alert severity="error" title="Grafana does not say what datasources there are">
          {problem}
        </Alert>
      )}
      {report?.inventory.source === 'frontend' && (
        <Alert severity="info" title="You do not see all settings">
          Grafana tells addresses and what may be changed to admins alone. What needs them is not known here: ask an
          admin to open this page.
        </Alert>
      )}
      <Chain results={results} />
      {AREAS.map(({ area, title }) => (
        <section key={area} id={area} aria-label={title} className={styles.area}>
          <Text element="h3" variant="h5">
            {title}
          </Text>
          <ul className={styles.list}>
            {ALL_CHECKS.filter((check) => check.area === area).map((check) => (
              <CheckRow
                key={check.id}
                check={check}
                result={results.get(check.id)}
                inventory={report?.inventory}
                isChosen={check.id === chosen}
                onChoose={(id) => model.setState({ check: id })}
                onApplied={again}
              />
            ))}
          </ul>
        </section>
      ))}
      {!may('datasources:write') && (
        <Text color="secondary">What is broken is mended by an admin: send the address of this page.</Text>
      )}
    </div>
  );
}

/** The areas beside each other, each with the worst that was found in it. */
function Chain({ results }: { results: ReadonlyMap<string, CheckResult> }) {
  const styles = useStyles2(getStyles);
  return (
    <ol className={styles.chain} aria-label="The chain">
      {AREAS.map(({ area, title }, index) => {
        const checks = ALL_CHECKS.filter((check) => check.area === area);
        const known = checks.flatMap(({ id }) => results.get(id) ?? []);
        return (
          <li key={area} className={styles.link}>
            {index > 0 && <Icon name="arrow-right" aria-hidden />}
            <button
              type="button"
              className={styles.card}
              onClick={() => document.getElementById(area)?.scrollIntoView()}
            >
              <span>{title}</span>
              {known.length === checks.length ? (
                <OutcomeMark outcome={worst(known.map(({ outcome }) => outcome))} />
              ) : (
                <Text color="secondary">{`${known.length} of ${checks.length}`}</Text>
              )}
            </button>
          </li>
        );
      })}
    </ol>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), width: '100%', maxWidth: 1200 }),
  progress: css({ height: 2, overflow: 'hidden' }),
  chain: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), listStyle: 'none', margin: 0 }),
  link: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1) }),
  card: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(0.5),
    padding: theme.spacing(1, 1.5),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.primary,
    textAlign: 'left',
    '&:hover': { borderColor: theme.colors.border.strong },
  }),
  area: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  list: css({ listStyle: 'none', margin: 0 }),
});
