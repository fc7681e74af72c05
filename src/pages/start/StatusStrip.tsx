import React, { type ReactNode } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Icon, Tooltip, useStyles2, useTheme2 } from '@grafana/ui';
import { healthColour, type Health } from '../../shared/colours';
import { formatAge, formatBytes, formatCount } from '../../shared/format';
import { type StoreStatus } from '../../shared/storeTypes';
import { testIds } from '../../shared/testIds';
import { parseUnixNano } from '../../shared/unixNano';

interface Props {
  status: StoreStatus;
  atMs: number;
}

/** Spans that stopped coming are worth a look; quiet nights are not an alarm. */
const STALE_MS = 15 * 60_000;

export function StatusStrip({ status, atMs }: Props) {
  const styles = useStyles2(getStyles);
  const { version, ready, spansStored, bytesOnDisk, newestUnixNano, otlp } = status;
  const ageMs = newestUnixNano === null ? undefined : atMs - parseUnixNano(newestUnixNano).ms;
  return (
    <dl className={styles.strip} data-testid={testIds.start.statusStrip}>
      <Item label="Store">
        <Dot health={ready ? 'good' : 'warning'} /> {ready ? 'Ready' : 'Starting'}
        <span className={styles.quiet}>version {version}</span>
      </Item>
      <Item label="Spans stored">{formatCount(spansStored)}</Item>
      <Item label="On disk">{formatBytes(bytesOnDisk)}</Item>
      <Item label="Newest span">
        {ageMs === undefined ? (
          <span className={styles.quiet}>none yet</span>
        ) : (
          <>
            <Dot health={ageMs < STALE_MS ? 'good' : 'warning'} /> {formatAge(ageMs)}
          </>
        )}
      </Item>
      <Refused refused={status.refused} />
      <Item label="Send spans to">
        <code>{otlp.grpc}</code> <span className={styles.quiet}>gRPC</span>
        <br />
        <code>{otlp.http}</code> <span className={styles.quiet}>HTTP</span>
      </Item>
    </dl>
  );
}

function Refused({ refused }: { refused: StoreStatus['refused'] }) {
  const reasons = Object.entries(refused).filter(([, count]) => count > 0);
  if (reasons.length === 0) {
    return null;
  }
  const total = reasons.reduce((sum, [, count]) => sum + count, 0);
  return (
    <Item label="Refused">
      <Tooltip
        content={
          <>
            Since the start of the store:
            {reasons.map(([reason, count]) => (
              <div key={reason}>
                {formatCount(count)} × {reason}
              </div>
            ))}
          </>
        }
      >
        <span tabIndex={0}>
          <Dot health="bad" /> {formatCount(total)} <Icon name="info-circle" />
        </span>
      </Tooltip>
    </Item>
  );
}

function Item({ label, children }: { label: string; children: ReactNode }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.item}>
      <dt className={styles.label}>{label}</dt>
      <dd className={styles.value}>{children}</dd>
    </div>
  );
}

function Dot({ health }: { health: Health }) {
  const colour = healthColour(useTheme2(), health);
  return (
    <span aria-hidden style={{ color: colour }}>
      ●
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  strip: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(2, 5),
    margin: 0,
    padding: theme.spacing(1.5, 2),
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
  }),
  item: css({ minWidth: 0 }),
  label: css({
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontWeight: theme.typography.fontWeightRegular,
  }),
  value: css({
    margin: 0,
    fontSize: theme.typography.h5.fontSize,
    lineHeight: 1.5,
    code: { fontSize: theme.typography.bodySmall.fontSize },
  }),
  quiet: css({
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    marginLeft: theme.spacing(0.5),
  }),
});
