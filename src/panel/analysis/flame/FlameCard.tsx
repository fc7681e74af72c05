import React, { useLayoutEffect, useRef, useState } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { formatCount, formatPercent } from '../../../shared/format';
import { type TraceTable } from '../../trace/traceTable';
import { duration, factsOf, type FlameMode } from './flameFacts';
import { restOf, WHOLE, type FlamePlaces } from './flameLayout';

interface Props {
  readonly table: TraceTable;
  readonly places: FlamePlaces;
  readonly mode: FlameMode;
  readonly node: number;
  readonly isRest: boolean;
  readonly matched: Uint32Array | undefined;
  readonly serviceColour: (service: string) => string;
  /** CSS pixels of what the card may cover, and where the pointer is. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const GAP = 14;
const MAX_WIDTH = 360;

/** What is under the pointer, in short. */
export function FlameCard({ table, places, mode, node, isRest, matched, serviceColour, x, y, width, height }: Props) {
  const styles = useStyles2(getStyles);
  const card = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 240, height: 100 });
  useLayoutEffect(() => {
    const box = card.current;
    if (box && (box.offsetWidth !== size.width || box.offsetHeight !== size.height)) {
      setSize({ width: box.offsetWidth, height: box.offsetHeight });
    }
  }, [node, isRest, size]);
  const facts = isRest ? restFacts(places, node) : factsOf(table, places, node, mode);
  const left = x + GAP + size.width > width ? Math.max(0, x - GAP - size.width) : x + GAP;
  const top = Math.max(0, Math.min(y + GAP, height - size.height));
  const matching = matched && !isRest && node !== WHOLE ? matched[node] : undefined;
  return (
    <div ref={card} className={styles.card} style={{ left, top, maxWidth: Math.min(MAX_WIDTH, width) }} aria-hidden>
      <div className={styles.title}>
        {facts.service !== '' && (
          <>
            <span className={styles.tone} style={{ background: serviceColour(facts.service) }} />
            <span className={styles.service}>{facts.service}</span>{' '}
          </>
        )}
        {facts.name}
      </div>
      {facts.lines.map(([name, value]) => (
        <div key={name} className={styles.line}>
          <span className={styles.label}>{name}</span>
          <span className={name === 'Errors' ? styles.errors : undefined}>{value}</span>
        </div>
      ))}
      {matching !== undefined && (
        <div className={styles.line}>
          <span className={styles.label}>Found by the search</span>
          <span>{formatCount(matching)}</span>
        </div>
      )}
    </div>
  );
}

function restFacts(places: FlamePlaces, node: number): Pick<ReturnType<typeof factsOf>, 'service' | 'name' | 'lines'> {
  const { count, valueNs } = restOf(places, node);
  return {
    service: '',
    name: `${formatCount(count)} more, too narrow to draw`,
    lines: [
      ['Together', duration(valueNs)],
      ['Share of the trace', formatPercent(valueNs, places.total)],
    ],
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
  label: css({ color: theme.colors.text.secondary, minWidth: 110 }),
  errors: css({ color: theme.colors.error.text }),
});
