import React, { useEffect, useRef } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Button, IconButton, LinkButton, useStyles2 } from '@grafana/ui';
import { searchPath, servicePath } from '../../shared/appAddress';
import { type MapPicture, type PictureEdge } from './mapPicture';
import { edgeQuery, narrowed, nodeQuery } from './mapQuery';
import { KIND_TEXTS, edgeLabel, edgeLines, nodeLines } from './mapTexts';

/** By id. */
export interface Chosen {
  readonly node?: string;
  readonly edge?: string;
}

export interface StripLink {
  readonly datasourceUid: string;
  readonly range: { readonly from: string; readonly to: string };
}

interface Props {
  readonly picture: MapPicture;
  /** Of the chosen node or edge, -1 where it is the other one. */
  readonly place: number;
  readonly edge: number;
  readonly minutes: number;
  readonly query: string;
  readonly link: StripLink;
  readonly onChoose: (chosen: Chosen) => void;
  readonly onNarrow: (condition: string) => void;
}

/** What is chosen: its numbers, its calls, and where to go from here. */
export function MapStrip({ picture, place, edge: at, minutes, query, link, onChoose, onNarrow }: Props) {
  const styles = useStyles2(getStyles);
  const { nodes, names, edges, selfNs } = picture;
  const strip = useRef<HTMLElement>(null);
  const edgeId = edges[at]?.id;
  useEffect(() => {
    // Arrows take no focus, and the list that an edge is chosen from is gone: Escape has to be heard.
    if (edgeId !== undefined) {
      strip.current?.focus({ preventScroll: true });
    }
  }, [edgeId]);
  const node = place === -1 ? undefined : nodes[place];
  const edge = place === -1 ? edges[at] : undefined;
  const condition = edge ? edgeQuery(nodes[edge.from], nodes[edge.to], edge) : nodeQuery(nodes[place]);
  const isNarrow = narrowed(query, condition) === query;
  const isBetweenServices = edge !== undefined && [edge.from, edge.to].every((end) => nodes[end].kind === 'service');
  const lines = edge ? edgeLines(edge, isBetweenServices, minutes) : nodeLines(nodes[place], minutes, selfNs);
  const neighbours = node
    ? [
        { title: 'Called by', found: edges.filter(({ to }) => to === place), other: ({ from }: PictureEdge) => from },
        { title: 'Calls', found: edges.filter(({ from }) => from === place), other: ({ to }: PictureEdge) => to },
      ]
    : [];
  return (
    <aside ref={strip} tabIndex={-1} className={styles.strip} aria-label="What is chosen">
      <div className={styles.head}>
        <div className={styles.title}>
          <span className={styles.kind}>{node ? KIND_TEXTS[node.kind] : 'Calls'}</span>
          {edge ? `${names[edge.from]} → ${names[edge.to]}` : names[place]}
        </div>
        <IconButton name="times" tooltip="Close" onClick={() => onChoose({})} />
      </div>
      <dl className={styles.lines}>
        {lines.map(([label, value, isBad]) => (
          <React.Fragment key={label}>
            <dt>{label}</dt>
            <dd className={isBad ? styles.bad : undefined}>{value}</dd>
          </React.Fragment>
        ))}
      </dl>
      <div className={styles.actions}>
        <LinkButton size="sm" icon="search" variant="secondary" href={searchPath(narrowed(query, condition), link)}>
          Traces through here
        </LinkButton>
        <Button
          size="sm"
          icon="filter"
          variant="secondary"
          disabled={isNarrow}
          tooltip={isNarrow ? 'The map is of these traces' : 'A map of the traces that come through here'}
          onClick={() => onNarrow(condition)}
        >
          Only this
        </Button>
        {node?.kind === 'service' && node.service !== '' && (
          <LinkButton size="sm" icon="arrow-right" variant="secondary" href={servicePath(node.service, link)}>
            Service
          </LinkButton>
        )}
      </div>
      {neighbours.map(({ title, found, other }) =>
        found.length === 0 ? null : (
          <section key={title} aria-label={title}>
            <h3 className={styles.section}>{title}</h3>
            <ul className={styles.list}>
              {found
                .sort((left, right) => right.calls - left.calls)
                .map((each) => (
                  <li key={each.id}>
                    <button type="button" className={styles.item} onClick={() => onChoose({ edge: each.id })}>
                      <span className={styles.name}>{names[other(each)]}</span>
                      <span className={each.errors > 0 ? styles.bad : styles.numbers}>{edgeLabel(each, minutes)}</span>
                    </button>
                  </li>
                ))}
            </ul>
          </section>
        )
      )}
    </aside>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  strip: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
    flex: '0 0 320px',
    minWidth: 0,
    overflowY: 'auto',
    padding: theme.spacing(1.5),
    '&:focus': { outline: 'none' },
    borderLeft: `1px solid ${theme.colors.border.weak}`,
    fontSize: theme.typography.bodySmall.fontSize,
    [theme.breakpoints.down('md')]: {
      flex: '0 1 45%',
      borderLeft: 'none',
      borderTop: `1px solid ${theme.colors.border.weak}`,
    },
  }),
  head: css({ display: 'flex', alignItems: 'flex-start', gap: theme.spacing(1) }),
  title: css({
    flex: 1,
    minWidth: 0,
    overflowWrap: 'anywhere',
    fontSize: theme.typography.h5.fontSize,
    fontWeight: theme.typography.fontWeightMedium,
  }),
  kind: css({
    display: 'block',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontWeight: theme.typography.fontWeightRegular,
  }),
  lines: css({
    display: 'grid',
    gridTemplateColumns: 'auto 1fr',
    gap: theme.spacing(0.25, 2),
    margin: 0,
    dt: { fontWeight: theme.typography.fontWeightRegular, color: theme.colors.text.secondary },
    dd: { margin: 0, textAlign: 'right', overflowWrap: 'anywhere', fontVariantNumeric: 'tabular-nums' },
  }),
  actions: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) }),
  section: css({
    margin: theme.spacing(0, 0, 0.5),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontWeight: theme.typography.fontWeightMedium,
  }),
  list: css({ listStyle: 'none', margin: 0 }),
  item: css({
    display: 'flex',
    gap: theme.spacing(1),
    width: '100%',
    padding: theme.spacing(0.25, 0.5),
    border: 'none',
    background: 'none',
    font: 'inherit',
    textAlign: 'left',
    '&:hover': { background: theme.colors.action.hover },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -2 },
  }),
  name: css({ flex: 1, minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
  numbers: css({ color: theme.colors.text.secondary, fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }),
  bad: css({ color: theme.colors.error.text, fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }),
});
