import React, { useMemo, useState } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Input, LoadingBar, useStyles2 } from '@grafana/ui';
import { formatCount, formatDurationMs } from '../../../shared/format';
import { type AnalysisViewProps } from '../analysisView';
import { ServiceName } from '../table/ServiceName';
import { VirtualTable, type TableColumn } from '../table/VirtualTable';
import { type PlacedEvent } from './placedEvents';
import { FIRST_SPANS, useEvents } from './useEvents';

const MIN_WIDTH = 760;

/** What spans logged, in one order of time. */
export function EventsView({ table, source, matches, serviceColour, onShowSpan }: AnalysisViewProps) {
  const styles = useStyles2(getStyles);
  const [limit, setLimit] = useState(FIRST_SPANS);
  const [text, setText] = useState('');
  const [active, setActive] = useState<PlacedEvent>();
  const { events, spans, read, isLoading, problem, retry } = useEvents(table, source, matches, limit);
  const { columns: of, names, services } = table;
  const order = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    const found = events.flatMap((event, index) => {
      const inText = () =>
        [
          event.name,
          event.exception,
          event.text,
          names.get(of.names[event.row]),
          services.get(of.services[event.row]),
        ].some((part) => part.toLowerCase().includes(wanted));
      return wanted === '' || inText() ? [index] : [];
    });
    return Uint32Array.from(found);
  }, [events, text, names, services, of]);
  // Events that come later take places before those that are there.
  const activeAt = useMemo(() => (active ? events.indexOf(active) : -1), [events, active]);
  const columns = useMemo(
    (): TableColumn[] => [
      {
        ...{ id: 'time', title: 'Offset', hint: 'After the start of the trace', width: '90px', numeric: true },
        render: (index) =>
          `${events[index].offsetNs < 0 ? '−' : '+'}${formatDurationMs(Math.abs(events[index].offsetNs) / 1e6)}`,
      },
      {
        ...{ id: 'service', title: 'Service', width: 'minmax(100px, 1fr)' },
        render: (index) => (
          <ServiceName service={services.get(of.services[events[index].row])} colour={serviceColour} />
        ),
      },
      {
        ...{ id: 'operation', title: 'Operation', width: 'minmax(120px, 1fr)' },
        render: (index) => names.get(of.names[events[index].row]),
      },
      {
        ...{ id: 'event', title: 'Event', width: 'minmax(90px, 1fr)' },
        render: (index) => (
          <span className={events[index].isException ? styles.error : undefined}>{events[index].name}</span>
        ),
      },
      {
        ...{ id: 'text', title: 'Attributes', width: 'minmax(180px, 3fr)' },
        render: (index) => {
          const { exception, text: rest } = events[index];
          return (
            <span title={exception === '' ? rest : `${exception}  ${rest}`}>
              {exception !== '' && <span className={styles.error}>{exception}</span>}
              {exception !== '' && rest !== '' && '  '}
              {rest}
            </span>
          );
        },
      },
    ],
    [events, names, services, of, serviceColour, styles.error]
  );
  if (spans === 0) {
    return (
      <p className={styles.empty}>
        {matches ? 'No span that was found has an event.' : 'No span of this trace has an event.'}
      </p>
    );
  }
  return (
    <div className={styles.view}>
      <div className={styles.tools}>
        <Input
          aria-label="Filter the events"
          placeholder="Filter the events"
          width={36}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
      </div>
      {isLoading && <LoadingBar width={300} ariaLabel="Reading the events" />}
      {problem !== undefined && (
        <div className={styles.alert}>
          <Alert severity="error" title="The events cannot be read">
            <p>{problem}</p>
            <Button size="sm" variant="secondary" onClick={retry}>
              Try again
            </Button>
          </Alert>
        </div>
      )}
      <VirtualTable
        label="Events"
        columns={columns}
        order={order}
        sort={undefined}
        active={activeAt < 0 ? undefined : activeAt}
        onActive={(index) => setActive(events[index])}
        onOpen={(index) => onShowSpan(events[index].row)}
        minWidth={MIN_WIDTH}
        footer={
          <span>
            {order.length === 0 && events.length > 0
              ? 'No event has this text'
              : `${formatCount(order.length)} ${order.length === 1 ? 'event' : 'events'}`}
            {read < spans && `, of ${formatCount(read)} of ${formatCount(spans)} spans that have some `}
            {!isLoading && read < spans && problem === undefined && (
              <Button size="sm" fill="text" variant="secondary" onClick={() => setLimit(limit + FIRST_SPANS)}>
                Read more
              </Button>
            )}
          </span>
        }
      />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  view: css({ display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 }),
  tools: css({ padding: theme.spacing(0.5, 1) }),
  // An alert grows by itself.
  alert: css({ flexShrink: 0 }),
  empty: css({ padding: theme.spacing(2), color: theme.colors.text.secondary }),
  error: css({ color: theme.colors.error.text }),
});
