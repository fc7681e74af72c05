import React from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { formatDurationMs } from '../../../shared/format';
import { type SpanDetails, type SpanEvent } from '../../trace/traceTable';
import { AttributeList, matches, type AttributeActions } from './AttributeList';

interface Props {
  span: SpanDetails;
  filter: string;
  actions: AttributeActions;
}

/** More events than these are a log; one looks for what one wants by the filter. */
const MAX_LISTED = 200;

/** What happened during the span, in order. */
export function EventList({ span, filter, actions }: Props) {
  const styles = useStyles2(getStyles);
  const events = [...span.events].sort((left, right) =>
    left.timeNs < right.timeNs ? -1 : left.timeNs > right.timeNs ? 1 : 0
  );
  const shown = events.filter((event) => isWanted(event, filter));
  return (
    <>
      <ol className={styles.events}>
        {shown.slice(0, MAX_LISTED).map((event, index) => (
          <li key={index} className={styles.event}>
            <div className={styles.head}>
              <span className={styles.name} data-error={event.name === 'exception'}>
                {event.name || 'Event'}
              </span>
              <span className={styles.offset}>{offsetText(event, span)}</span>
            </div>
            {(event.attributes.length > 0 || event.droppedAttributes > 0) && (
              <AttributeList
                name={`Attributes of the event ${event.name}`}
                place="event"
                attributes={event.attributes}
                filter={event.name.toLowerCase().includes(filter) ? '' : filter}
                dropped={event.droppedAttributes}
                actions={actions}
              />
            )}
          </li>
        ))}
      </ol>
      {shown.length > MAX_LISTED && (
        <p className={styles.note}>
          The first {MAX_LISTED} of {shown.length} are listed.
        </p>
      )}
      {shown.length === 0 && events.length > 0 && <p className={styles.note}>None that matches.</p>}
      {span.droppedEvents > 0 && <p className={styles.note}>The sender dropped {span.droppedEvents} more.</p>}
    </>
  );
}

const isWanted = ({ name, attributes }: SpanEvent, filter: string): boolean =>
  filter === '' || name.toLowerCase().includes(filter) || attributes.some((attribute) => matches(attribute, filter));

function offsetText({ timeNs }: SpanEvent, { startNs, durationNs }: SpanDetails): string {
  const offset = timeNs - startNs;
  const text = `${offset < 0n ? '−' : '+'}${formatDurationMs(Math.abs(Number(offset)) / 1e6)}`;
  return offset < 0n ? `${text}, before the span` : offset > durationNs ? `${text}, after the span` : text;
}

const getStyles = (theme: GrafanaTheme2) => ({
  events: css({ listStyle: 'none', margin: 0 }),
  event: css({ paddingBottom: theme.spacing(0.5) }),
  head: css({ display: 'flex', gap: theme.spacing(1), padding: theme.spacing(0.25, 1) }),
  name: css({
    fontWeight: theme.typography.fontWeightMedium,
    overflowWrap: 'anywhere',
    '&[data-error="true"]': { color: theme.colors.error.text },
  }),
  offset: css({ color: theme.colors.text.secondary, fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }),
  note: css({ margin: 0, padding: theme.spacing(0.25, 1), color: theme.colors.text.secondary }),
});
