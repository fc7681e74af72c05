import React, { useMemo, useState } from 'react';
import { css } from '@emotion/css';
import { CYCLE, DUPLICATE_ID, ORPHAN, SKEWED } from '@clew/trace-model';
import { type GrafanaTheme2 } from '@grafana/data';
import { type TimeZone } from '@grafana/schema';
import { Button, ClipboardButton, IconButton, Input, LoadingBar, Tooltip, useStyles2 } from '@grafana/ui';
import { formatCount, formatDurationMs } from '../../../shared/format';
import { SpanMetrics } from '../../metrics';
import { type RowId, type TimelineModel } from '../../timeline';
import { type SpanDetails, type TraceSource, type TraceTable } from '../../trace/traceTable';
import { kindText, statusText } from '../spanTexts';
import { messageOfRow, spanIdOfNode } from '../traceFacts';
import { type ViewLinks } from '../viewTypes';
import { AttributeList, type AttributeActions } from './AttributeList';
import { EventList } from './EventList';
import { IncomingLinks, LinkList, useIncomingLinks } from './LinkList';
import { Section } from './Section';
import { Timing } from './Timing';
import { useSpanDetails } from './useSpanDetails';

export interface DrawerActions extends AttributeActions {
  readonly onClose: () => void;
  readonly onSelectRow: (row: number) => void;
  /** Zooms the time to the row. */
  readonly onZoomTo: (id: RowId) => void;
  /** Shows its subtree alone. */
  readonly onFocus: (id: RowId) => void;
}

interface Props {
  model: TimelineModel;
  table: TraceTable;
  source: TraceSource;
  /** The datasource that has the trace; undefined: none does, and there are no metrics beside it. */
  datasourceUid: string | undefined;
  /** The row: a span, a fold of spans, or a parent that is missing. */
  id: RowId;
  links: ViewLinks;
  timeZone: TimeZone | undefined;
  actions: DrawerActions;
}

/** All there is about the selected row. */
export function DetailsDrawer({ model, table, source, datasourceUid, id, links, timeZone, actions }: Props) {
  const styles = useStyles2(getStyles);
  const node = model.nodeOf(id);
  const fold = model.fold(id);
  const isSpan = node < table.tree.rows;
  const spanId = spanIdOfNode(table, node);
  const [filter, setFilter] = useState('');
  const wanted = filter.trim().toLowerCase();
  const { details, isLoading, isUnknown, problem, retry } = useSpanDetails(source, isSpan ? node : undefined, spanId);
  const href = links.span?.(spanId);
  const { columns, names, services } = table;
  const service = isSpan ? services.get(columns.services[node]) : '';
  const name = isSpan ? names.get(columns.names[node]) : 'Missing parent';
  return (
    <section className={styles.drawer} aria-label="Details of the span">
      <div className={styles.head}>
        <h3 className={styles.title}>
          <span className={styles.service}>{service}</span> {name}
        </h3>
        <IconButton name="times" size="md" aria-label="Close the details" onClick={actions.onClose} />
      </div>
      <div className={styles.subtitle}>
        {isSpan && <Facets table={table} row={node} />}
        <code className={styles.id}>{spanId}</code>
        <ClipboardButton
          size="sm"
          fill="text"
          variant="secondary"
          icon="copy"
          aria-label="Copy the span id"
          getText={() => spanId}
        />
        {href !== undefined && (
          <>
            <ClipboardButton
              size="sm"
              fill="text"
              variant="secondary"
              icon="link"
              aria-label="Copy a link to this span"
              getText={() => new URL(href, window.location.href).href}
            />
          </>
        )}
        <IconButton name="search-plus" size="sm" aria-label="Zoom to this span" onClick={() => actions.onZoomTo(id)} />
        <IconButton
          name="crosshair"
          size="sm"
          aria-label="Show the subtree of this span alone"
          onClick={() => actions.onFocus(id)}
        />
      </div>
      <div className={styles.body}>
        {fold && (
          <p className={styles.note}>
            {formatCount(fold.count)} spans like this below one parent: {formatDurationMs(fold.sumNs / 1e6)} in sum, p95{' '}
            {formatDurationMs(fold.p95Ns / 1e6)}
            {fold.errors > 0 ? `, ${formatCount(fold.errors)} with errors` : ''}. Details are those of the first.
          </p>
        )}
        <Flags flags={table.tree.flags[node]} isSpan={isSpan} />
        {isSpan && <StatusMessage table={table} row={node} />}
        <Timing table={table} node={node} path={model.path} timeZone={timeZone} />
        {isLoading && <LoadingBar width={300} ariaLabel="Asking for the details" />}
        {isUnknown && <p className={styles.note}>The store does not have this span any more.</p>}
        {problem !== undefined && (
          <p className={styles.note} role="alert">
            {problem}{' '}
            <Button size="sm" fill="text" variant="secondary" onClick={retry}>
              Try again
            </Button>
          </p>
        )}
        {details && (
          <>
            {datasourceUid !== undefined && (
              <Section title={`Metrics of ${service}`} kept="metrics" isOpenAtFirst={false}>
                <SpanMetrics
                  key={details.spanId}
                  span={details}
                  service={service}
                  datasourceUid={datasourceUid}
                  timeZone={timeZone}
                />
              </Section>
            )}
            <div className={styles.filter}>
              <Input
                value={filter}
                placeholder="Filter attributes"
                aria-label="Filter attributes"
                onChange={({ currentTarget }) => setFilter(currentTarget.value)}
              />
            </div>
            <Parts span={details} table={table} source={source} links={links} filter={wanted} actions={actions} />
          </>
        )}
      </div>
    </section>
  );
}

interface PartsProps {
  span: SpanDetails;
  table: TraceTable;
  source: TraceSource;
  links: ViewLinks;
  filter: string;
  actions: DrawerActions;
}

function Parts({ span, table, source, links, filter, actions }: PartsProps) {
  const styles = useStyles2(getStyles);
  const incoming = useIncomingLinks(table, source, span.spanId);
  const attributes = useMemo(() => sorted(span.attributes), [span]);
  const resource = useMemo(() => sorted(span.resource), [span]);
  const { scope, events, droppedEvents, droppedLinks, traceState } = span;
  const linkProps = { table, links, filter, actions, onSelectRow: actions.onSelectRow };
  return (
    <>
      <Section title="Attributes" kept="attributes" count={attributes.length}>
        <AttributeList
          name="Attributes"
          place="span"
          attributes={attributes}
          filter={filter}
          dropped={span.droppedAttributes}
          actions={actions}
        />
      </Section>
      {(events.length > 0 || droppedEvents > 0) && (
        <Section title="Events" kept="events" count={events.length}>
          <EventList span={span} filter={filter} actions={actions} />
        </Section>
      )}
      {(span.links.length > 0 || droppedLinks > 0) && (
        <Section title="Links" kept="links" count={span.links.length}>
          <LinkList span={span} {...linkProps} />
        </Section>
      )}
      {incoming.length > 0 && (
        <Section title="Linked from" kept="linked-from" count={incoming.length}>
          <IncomingLinks table={table} rows={incoming} onSelectRow={actions.onSelectRow} />
        </Section>
      )}
      <Section title="Resource" kept="resource" count={resource.length}>
        <AttributeList name="Resource" place="resource" attributes={resource} filter={filter} actions={actions} />
      </Section>
      {(scope.name !== '' || scope.attributes.length > 0) && (
        <Section title="Scope" kept="scope">
          <p className={styles.note}>
            {scope.name} {scope.version}
          </p>
          {scope.attributes.length > 0 && (
            <AttributeList
              name="Scope"
              place="instrumentation"
              attributes={scope.attributes}
              filter={filter}
              actions={actions}
            />
          )}
        </Section>
      )}
      {traceState !== '' && (
        <Section title="Trace state" kept="trace-state">
          <p className={styles.note}>{traceState}</p>
        </Section>
      )}
    </>
  );
}

const sorted = (attributes: SpanDetails['attributes']): SpanDetails['attributes'] =>
  [...attributes].sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));

function Facets({ table: { columns }, row }: { table: TraceTable; row: number }) {
  const styles = useStyles2(getStyles);
  const kind = kindText(columns.kinds[row]);
  const status = columns.statuses[row];
  return (
    <>
      {kind !== '' && <span>{kind}</span>}
      {status !== 0 && <span className={status === 2 ? styles.error : styles.ok}>{statusText(status)}</span>}
    </>
  );
}

function StatusMessage({ table, row }: { table: TraceTable; row: number }) {
  const styles = useStyles2(getStyles);
  const message = messageOfRow(table, row);
  return message === '' ? null : <p className={styles.message}>{message}</p>;
}

const FLAG_TEXTS: ReadonlyArray<readonly [flag: number, text: string, why: string]> = [
  [ORPHAN, 'Parent is missing', 'The span names a parent that is not in the trace.'],
  [CYCLE, 'Circular parent', 'Following the parents of the span leads back to it; it stands as a root.'],
  [DUPLICATE_ID, 'Id is not unique', 'Another span of the trace has the same id.'],
  [SKEWED, 'Time is corrected', 'The clock of its sender differs from that of its parent.'],
];

function Flags({ flags, isSpan }: { flags: number; isSpan: boolean }) {
  const styles = useStyles2(getStyles);
  if (!isSpan) {
    return (
      <p className={styles.note}>Spans name this parent, and nobody sent it. Its time is that of what is below it.</p>
    );
  }
  const shown = FLAG_TEXTS.filter(([flag]) => (flags & flag) !== 0);
  return shown.length === 0 ? null : (
    <div className={styles.subtitle}>
      {shown.map(([flag, text, why]) => (
        <Tooltip key={flag} content={why}>
          <span className={styles.flag} tabIndex={0}>
            {text}
          </span>
        </Tooltip>
      ))}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  drawer: css({
    display: 'flex',
    flexDirection: 'column',
    width: '100%',
    height: '100%',
    minHeight: 0,
    background: theme.colors.background.primary,
  }),
  head: css({
    display: 'flex',
    alignItems: 'flex-start',
    gap: theme.spacing(1),
    padding: theme.spacing(0.5, 1, 0, 1),
  }),
  title: css({
    flex: 1,
    margin: 0,
    fontSize: theme.typography.h5.fontSize,
    overflowWrap: 'anywhere',
    maxHeight: '4.5em',
    overflow: 'hidden',
  }),
  service: css({ color: theme.colors.text.secondary }),
  subtitle: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(0, 1, 0.5, 1),
    color: theme.colors.text.secondary,
  }),
  id: css({ fontSize: theme.typography.bodySmall.fontSize }),
  body: css({ flex: 1, minHeight: 0, overflow: 'auto' }),
  filter: css({ padding: theme.spacing(0.5, 1) }),
  note: css({
    margin: 0,
    padding: theme.spacing(0.5, 1),
    overflowWrap: 'anywhere',
    color: theme.colors.text.secondary,
  }),
  message: css({
    margin: theme.spacing(0, 1, 0.5),
    padding: theme.spacing(0.5, 1),
    borderLeft: `3px solid ${theme.colors.error.main}`,
    background: theme.colors.background.secondary,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    maxHeight: 120,
    overflow: 'auto',
  }),
  error: css({ color: theme.colors.error.text, fontWeight: theme.typography.fontWeightMedium }),
  ok: css({ color: theme.colors.success.text }),
  flag: css({ color: theme.colors.warning.text, cursor: 'help' }),
});
