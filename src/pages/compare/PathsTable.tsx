import React, { useMemo, useState } from 'react';
import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Button, Icon, InlineSwitch, Text, TextLink, Tooltip, useStyles2, type IconName } from '@grafana/ui';
import { formatCount, formatDifferenceMs, formatDurationMs, formatPercent } from '../../shared/format';
import {
  type ComparedPathJson,
  type ComparedSetJson,
  type ComparisonJson,
  type DifferenceState,
  type PathSideJson,
} from '../../shared/storeAnalysisTypes';
import { tracePath } from '../../shared/appAddress';
import { differingPaths } from './pathRows';

interface Props {
  paths: readonly ComparedPathJson[];
  kind: ComparisonJson['kind'];
  a: ComparedSetJson;
  b: ComparedSetJson;
  datasourceUid: string;
}

const AT_ONCE = 200;

const STATES: Readonly<Record<DifferenceState, { readonly icon: IconName; readonly text: string }>> = {
  added: { icon: 'plus-circle', text: 'Added: only the second side has it' },
  removed: { icon: 'minus-circle', text: 'Removed: only the first side has it' },
  slower: { icon: 'arrow-up', text: 'Slower' },
  faster: { icon: 'arrow-down', text: 'Faster' },
  same: { icon: 'minus', text: 'No difference that would stand out' },
};

/** Both sides laid over one another: for each path the time of the first side as an outline, of the second one as a bar. */
export function PathsTable({ paths, kind, a, b, datasourceUid }: Props) {
  const styles = useStyles2(getStyles);
  const longest = useMemo(() => paths.reduce((most, path) => Math.max(most, path.a.meanNs, path.b.meanNs), 1), [paths]);
  const differing = useMemo(() => differingPaths(weighed(paths, kind, longest)), [paths, kind, longest]);
  const [isAll, setAll] = useState(differing.length === 0);
  const [count, setCount] = useState(AT_ONCE);
  const shown = isAll ? weighed(paths, kind, longest) : differing;
  return (
    <div>
      <div className={styles.tools}>
        <InlineSwitch showLabel label="Also what is the same" value={isAll} onChange={() => setAll(!isAll)} />
        <Text color="secondary" variant="bodySmall">
          {differing.length === 0 ? 'No path differs.' : `Time a trace: outline the first side, bar the second one.`}
        </Text>
      </div>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Path</th>
              <th scope="col" className={styles.bars}>
                Time
              </th>
              <th scope="col" className={styles.number}>
                First
              </th>
              <th scope="col" className={styles.number}>
                Second
              </th>
              <th scope="col" className={styles.number}>
                Difference
              </th>
              <th scope="col" className={styles.number}>
                Self
              </th>
              <th scope="col" className={styles.number}>
                Spans
              </th>
              <th scope="col" className={styles.number}>
                Sure
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.slice(0, count).map((path, index) => (
              <tr key={index} className={cx(path.state === 'same' && styles.same)}>
                <td>
                  <span className={styles.path} style={{ paddingLeft: path.depth * 12 }}>
                    <Tooltip content={STATES[path.state].text}>
                      <Icon name={STATES[path.state].icon} aria-label={path.state} className={styles[path.state]} />
                    </Tooltip>
                    <b>{path.service || 'Missing parent'}</b> {path.name}
                  </span>
                </td>
                <td className={styles.bars}>
                  <Bars path={path} longest={longest} />
                </td>
                <Duration side={path.a} set={a} datasourceUid={datasourceUid} />
                <Duration side={path.b} set={b} datasourceUid={datasourceUid} />
                <td className={styles.number}>{path.deltaNs === 0 ? '' : formatDifferenceMs(path.deltaNs / 1e6)}</td>
                <td className={styles.number}>
                  {path.deltaSelfNs === 0 ? '' : formatDifferenceMs(path.deltaSelfNs / 1e6)}
                </td>
                <td className={styles.number}>{countText(path)}</td>
                <td className={styles.number}>{typeof path.sure === 'number' ? formatPercent(path.sure, 1) : ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown.length > count && (
        <Button variant="secondary" fill="text" onClick={() => setCount(count + AT_ONCE * 5)}>
          {`Show more of ${formatCount(shown.length)} paths`}
        </Button>
      )}
    </div>
  );
}

/** Part of the longest time that a difference has to be, where one trace is placed among others: each has a path that stands out. */
const LEAST_PART = 0.03;

/** One trace beside the usual ones: what is slow among its like and costs nothing is the same. */
function weighed(
  paths: readonly ComparedPathJson[],
  kind: ComparisonJson['kind'],
  longest: number
): readonly ComparedPathJson[] {
  return kind !== 'place'
    ? paths
    : paths.map((path) =>
        Math.abs(path.deltaSelfNs) < longest * LEAST_PART ? { ...path, state: 'same' as const } : path
      );
}

function Bars({ path: { a, b, state }, longest }: { path: ComparedPathJson; longest: number }) {
  const styles = useStyles2(getStyles);
  const width = (ns: number) => `${(ns / longest) * 100}%`;
  return (
    <div className={styles.track} aria-hidden>
      <div className={cx(styles.second, styles[`${state}Bar`])} style={{ width: width(b.meanNs) }} />
      <div className={styles.first} style={{ width: width(a.meanNs) }} />
    </div>
  );
}

function Duration({ side, set, datasourceUid }: { side: PathSideJson; set: ComparedSetJson; datasourceUid: string }) {
  const styles = useStyles2(getStyles);
  const text = formatDurationMs(side.meanNs / 1e6);
  return (
    <td className={styles.number}>
      {side.traces === 0 ? (
        <Text color="secondary">none</Text>
      ) : set.traceId !== undefined && side.spanId !== undefined ? (
        <TextLink
          href={tracePath(set.traceId, { datasourceUid, spanId: side.spanId })}
          inline={false}
          variant="bodySmall"
          color="primary"
        >
          {text}
        </TextLink>
      ) : (
        text
      )}
      {set.traceId === undefined && side.share > 0 && side.share < 1 && (
        <Text color="secondary" variant="bodySmall">{` in ${formatPercent(side.share, 1)}`}</Text>
      )}
    </td>
  );
}

function countText({ a, b }: ComparedPathJson): string {
  const text = (count: number) => (Number.isInteger(count) ? formatCount(count) : count.toFixed(1));
  return text(a.count) === text(b.count) ? text(a.count) : `${text(a.count)} → ${text(b.count)}`;
}

const getStyles = (theme: GrafanaTheme2) => ({
  tools: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(2) }),
  scroll: css({ overflowX: 'auto' }),
  table: css({
    width: '100%',
    marginTop: theme.spacing(1),
    fontSize: theme.typography.bodySmall.fontSize,
    th: {
      padding: theme.spacing(0.25, 1),
      textAlign: 'left',
      fontWeight: theme.typography.fontWeightRegular,
      color: theme.colors.text.secondary,
      borderBottom: `1px solid ${theme.colors.border.medium}`,
    },
    td: {
      padding: theme.spacing(0.25, 1),
      borderBottom: `1px solid ${theme.colors.border.weak}`,
      whiteSpace: 'nowrap',
    },
  }),
  same: css({ color: theme.colors.text.secondary }),
  path: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.5) }),
  bars: css({ width: '24%', minWidth: 120 }),
  number: css({ '&&': { textAlign: 'right' }, fontVariantNumeric: 'tabular-nums' }),
  track: css({ position: 'relative', height: 12 }),
  first: css({
    position: 'absolute',
    insetBlock: 0,
    left: 0,
    minWidth: 1,
    border: `1px solid ${theme.colors.text.secondary}`,
    borderRadius: 1,
  }),
  second: css({ position: 'absolute', insetBlock: 2, left: 0, background: theme.colors.text.disabled }),
  added: css({ color: theme.colors.warning.text }),
  removed: css({ color: theme.colors.info.text }),
  slower: css({ color: theme.colors.error.text }),
  faster: css({ color: theme.colors.success.text }),
  addedBar: css({ background: theme.colors.warning.main }),
  removedBar: css({ background: theme.colors.info.main }),
  slowerBar: css({ background: theme.colors.error.main }),
  fasterBar: css({ background: theme.colors.success.main }),
  sameBar: css({}),
});
