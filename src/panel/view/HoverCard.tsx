import React, { useLayoutEffect, useRef, useState } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { formatCount, formatDurationMs, formatPercent } from '../../shared/format';
import { toneColour, type Place, type RowId, type Target, type TimelineModel } from '../timeline';
import { kindText, statusText } from './spanTexts';
import { messageOfRow } from './traceFacts';

export interface Hovered {
  readonly target: Target;
  readonly place: Place;
  /** CSS pixels of what the card may cover. */
  readonly width: number;
  readonly height: number;
}

interface Props {
  model: TimelineModel;
  hovered: Hovered;
}

const GAP = 14;
const MAX_WIDTH = 360;

/** The row under the pointer, in short. */
export function HoverCard({ model, hovered: { target, place, width, height } }: Props) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const card = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 240, height: 100 });
  useLayoutEffect(() => {
    const box = card.current;
    if (box && (box.offsetWidth !== size.width || box.offsetHeight !== size.height)) {
      setSize({ width: box.offsetWidth, height: box.offsetHeight });
    }
  }, [target.id, size]);
  const facts = factsOf(model, target.id);
  if (!facts) {
    return null;
  }
  const left = place.x + GAP + size.width > width ? Math.max(0, place.x - GAP - size.width) : place.x + GAP;
  const top = Math.max(0, Math.min(place.y + GAP, height - size.height));
  return (
    <div ref={card} className={styles.card} style={{ left, top, maxWidth: Math.min(MAX_WIDTH, width) }} aria-hidden>
      <div className={styles.title}>
        <span className={styles.tone} style={{ background: toneColour(model.toneOf(target.id), theme.isDark) }} />
        <span className={styles.service}>{facts.service}</span> {facts.name}
      </div>
      {facts.lines.map(([name, value]) => (
        <div key={name} className={styles.line}>
          <span className={styles.label}>{name}</span>
          <span>{value}</span>
        </div>
      ))}
      {facts.message !== '' && <div className={styles.message}>{facts.message}</div>}
    </div>
  );
}

interface CardFacts {
  readonly service: string;
  readonly name: string;
  readonly message: string;
  readonly lines: ReadonlyArray<readonly [string, string]>;
}

const MAX_MESSAGE = 200;

function factsOf(model: TimelineModel, id: RowId): CardFacts | undefined {
  const { table } = model;
  if (!table || id >= model.forest.count) {
    return undefined;
  }
  const { columns, names, services, tree } = table;
  const node = model.nodeOf(id);
  const isSpan = node < tree.rows;
  const fold = model.fold(id);
  const startNs = model.startOf(id);
  const durationNs = model.endOf(id) - startNs;
  const below = model.descendants(id);
  const lines: Array<[string, string]> = [];
  if (fold) {
    lines.push(
      ['Spans', formatCount(fold.count)],
      ['In sum', formatDurationMs(fold.sumNs / 1e6)],
      ['p95', formatDurationMs(fold.p95Ns / 1e6)]
    );
    if (fold.errors > 0) {
      lines.push(['Errors', formatCount(fold.errors)]);
    }
  } else {
    lines.push([
      'Duration',
      `${formatDurationMs(durationNs / 1e6)} (${formatPercent(durationNs, tree.lastEnd - tree.firstStart)})`,
    ]);
  }
  const path = fold ? undefined : model.path;
  if (path && path.onPathNs[node] > 0) {
    const share = formatPercent(path.onPathNs[node], path.totalNs);
    lines.push(['On the critical path', `${formatDurationMs(path.onPathNs[node] / 1e6)} (${share})`]);
  }
  lines.push(['Offset', `+${formatDurationMs((startNs - tree.firstStart) / 1e6)}`]);
  if (isSpan && !fold) {
    const kind = kindText(columns.kinds[node]);
    if (kind !== '') {
      lines.push(['Kind', kind]);
    }
    if (columns.statuses[node] !== 0) {
      lines.push(['Status', statusText(columns.statuses[node])]);
    }
    if (columns.eventCounts[node] > 0) {
      lines.push(['Events', formatCount(columns.eventCounts[node])]);
    }
    if (columns.linkCounts[node] > 0) {
      lines.push(['Links', formatCount(columns.linkCounts[node])]);
    }
  }
  if (below > 0) {
    lines.push(['Below', `${formatCount(below)} ${below === 1 ? 'span' : 'spans'}`]);
  }
  const message = isSpan && !fold ? messageOfRow(table, node) : '';
  return {
    service: isSpan ? services.get(columns.services[node]) : '',
    name: isSpan ? names.get(columns.names[node]) : 'Missing parent',
    message: message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message,
    lines,
  };
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    position: 'absolute',
    zIndex: theme.zIndex.tooltip,
    pointerEvents: 'none',
    padding: theme.spacing(0.75, 1),
    background: theme.colors.background.elevated,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    boxShadow: theme.shadows.z2,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  title: css({ fontWeight: theme.typography.fontWeightMedium, overflowWrap: 'anywhere' }),
  tone: css({ display: 'inline-block', width: 8, height: 8, marginRight: theme.spacing(0.5), borderRadius: 1 }),
  service: css({ color: theme.colors.text.secondary }),
  line: css({ display: 'flex', gap: theme.spacing(1), fontVariantNumeric: 'tabular-nums' }),
  label: css({ color: theme.colors.text.secondary, minWidth: 60 }),
  message: css({ color: theme.colors.error.text, overflowWrap: 'anywhere' }),
});
