import React, { useState } from 'react';
import { css } from '@emotion/css';
import { attributeText as textOf, type Attribute } from '@clew/trace-model';
import { type GrafanaTheme2 } from '@grafana/data';
import { Button, ClipboardButton, IconButton, LinkButton, useStyles2 } from '@grafana/ui';
import { attributeText, valueCondition, type AttributePlace } from '../conditions';
import { StackTrace } from './StackTrace';

export interface AttributeActions {
  /** Adds a TraceQL condition to the search. */
  readonly onCondition: (condition: string) => void;
  /** Where all traces are searched. */
  readonly searchUrl?: (query: string) => string | undefined;
  readonly onColourBy: (key: string) => void;
  readonly onAddColumn: (key: string) => void;
}

interface Props {
  name: string;
  place: AttributePlace;
  attributes: readonly Attribute[];
  /** Only what has it in its key or value, in lower case. */
  filter: string;
  dropped?: number;
  actions: AttributeActions;
}

/** Longer values are cut until somebody asks. */
const MAX_SHOWN = 600;

export function AttributeList({ name, place, attributes, filter, dropped = 0, actions }: Props) {
  const styles = useStyles2(getStyles);
  const shown = attributes.filter((attribute) => matches(attribute, filter));
  return (
    <>
      {shown.length > 0 && (
        <table className={styles.table} aria-label={name}>
          <tbody>
            {shown.map((attribute, index) => (
              <AttributeRow key={`${attribute.key} ${index}`} place={place} attribute={attribute} actions={actions} />
            ))}
          </tbody>
        </table>
      )}
      {shown.length === 0 && <p className={styles.note}>{attributes.length === 0 ? 'None.' : 'None that matches.'}</p>}
      {dropped > 0 && <p className={styles.note}>The sender dropped {dropped} more.</p>}
    </>
  );
}

export const matches = ({ key, value }: Attribute, filter: string): boolean =>
  filter === '' || key.toLowerCase().includes(filter) || textOf(value).toLowerCase().includes(filter);

function AttributeRow({
  place,
  attribute: { key, value },
  actions,
}: {
  place: AttributePlace;
  attribute: Attribute;
  actions: AttributeActions;
}) {
  const styles = useStyles2(getStyles);
  const text = textOf(value);
  const wanted = valueCondition(place, key, value, true);
  const unwanted = valueCondition(place, key, value, false);
  const search = wanted === undefined ? undefined : actions.searchUrl?.(`{ ${wanted} }`);
  // It needs the whole width.
  const isStack = /stack_?trace$/i.test(key) && text.includes('\n');
  const column = place === 'span' || place === 'resource' ? attributeText(place, key) : undefined;
  return (
    <tr className={styles.row}>
      {isStack ? null : (
        <th scope="row" className={styles.key}>
          {key}
        </th>
      )}
      <td className={styles.value} colSpan={isStack ? 2 : 1}>
        {isStack ? (
          <>
            <div className={styles.stackKey}>{key}</div>
            <StackTrace text={text} />
          </>
        ) : (
          <Value text={text} />
        )}
      </td>
      <td className={styles.actions}>
        {/* Laid over the value, so that they take no room until they are wanted. */}
        <span className={styles.buttons} data-actions>
          {wanted !== undefined && (
            <IconButton
              name="search-plus"
              size="sm"
              aria-label={`Filter for this value of ${key}`}
              onClick={() => actions.onCondition(wanted)}
            />
          )}
          {unwanted !== undefined && (
            <IconButton
              name="search-minus"
              size="sm"
              aria-label={`Filter out this value of ${key}`}
              onClick={() => actions.onCondition(unwanted)}
            />
          )}
          {column !== undefined && (
            <>
              <IconButton
                name="palette"
                size="sm"
                aria-label={`Colour by ${key}`}
                onClick={() => actions.onColourBy(column)}
              />
              <IconButton
                name="columns"
                size="sm"
                aria-label={`Show ${key} as a column`}
                onClick={() => actions.onAddColumn(column)}
              />
            </>
          )}
          {search !== undefined && (
            <LinkButton
              size="sm"
              fill="text"
              variant="secondary"
              icon="compass"
              aria-label={`Find traces with this value of ${key}`}
              href={search}
            />
          )}
          <ClipboardButton
            size="sm"
            fill="text"
            variant="secondary"
            icon="copy"
            aria-label={`Copy ${key}`}
            getText={() => text}
          />
        </span>
      </td>
    </tr>
  );
}

function Value({ text }: { text: string }) {
  const styles = useStyles2(getStyles);
  const [isWhole, setWhole] = useState(false);
  if (text === '') {
    return <span className={styles.empty}>empty</span>;
  }
  if (text.length <= MAX_SHOWN || isWhole) {
    return <>{text}</>;
  }
  return (
    <>
      {text.slice(0, MAX_SHOWN)}…{' '}
      <Button size="sm" fill="text" variant="secondary" onClick={() => setWhole(true)}>
        Show all {text.length} characters
      </Button>
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  table: css({ width: '100%', tableLayout: 'fixed', borderCollapse: 'collapse' }),
  row: css({
    position: 'relative',
    '&:hover, &:focus-within': { background: theme.colors.action.hover },
    '& [data-actions]': { opacity: 0 },
    '&:hover [data-actions], &:focus-within [data-actions]': { opacity: 1 },
  }),
  key: css({
    width: '38%',
    padding: theme.spacing(0.25, 1),
    verticalAlign: 'top',
    textAlign: 'left',
    fontWeight: theme.typography.fontWeightRegular,
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    overflowWrap: 'anywhere',
  }),
  stackKey: css({ color: theme.colors.text.secondary, fontFamily: theme.typography.fontFamily }),
  value: css({
    padding: theme.spacing(0.25, 1),
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  }),
  actions: css({ width: 0, padding: 0 }),
  buttons: css({
    position: 'absolute',
    top: 0,
    right: 0,
    display: 'flex',
    alignItems: 'center',
    paddingLeft: theme.spacing(1),
    background: theme.colors.background.elevated,
    borderRadius: theme.shape.radius.default,
  }),
  empty: css({ color: theme.colors.text.disabled, fontStyle: 'italic' }),
  note: css({ margin: 0, padding: theme.spacing(0.25, 1), color: theme.colors.text.secondary }),
});
