import React from 'react';
import { dateTimeFormat } from '@grafana/data';
import { ClipboardButton, TextLink, useStyles2 } from '@grafana/ui';
import { tracePath } from '../../shared/appAddress';
import { type ExemplarJson } from '../../shared/storePageTypes';
import { Breakable } from './Breakable';
import { labelsText } from './exemplarTexts';
import { getLinksStyles } from './linksStyles';

interface Props {
  exemplars: readonly ExemplarJson[];
  datasourceUid: string;
}

/** Of an id as it should be. */
const ID_LENGTH = 32;

/** The newest first. */
export function ExemplarsTable({ exemplars, datasourceUid }: Props) {
  const styles = useStyles2(getLinksStyles);
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Metric</th>
            <th scope="col">Id</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {exemplars.map((exemplar, index) => (
            <Row key={index} exemplar={exemplar} datasourceUid={datasourceUid} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ exemplar, datasourceUid }: { exemplar: ExemplarJson; datasourceUid: string }) {
  const styles = useStyles2(getLinksStyles);
  const { timeMs, metric, labels, label, id, traceId, state, reason } = exemplar;
  const { short, all } = labelsText(labels);
  return (
    <tr>
      <td className={styles.time}>{dateTimeFormat(timeMs, { format: 'YYYY-MM-DD HH:mm:ss' })}</td>
      <td className={styles.wide}>
        <Breakable text={metric} />
        <div className={styles.secondary} title={all}>
          {short}
        </div>
      </td>
      <td className={id.length <= ID_LENGTH ? styles.whole : styles.wide}>
        {traceId !== null && state === 'too_new' ? (
          <span className={styles.id}>
            <TextLink href={tracePath(traceId, { datasourceUid })}>{id}</TextLink>
          </span>
        ) : (
          <span className={styles.id}>{id === '' ? '(empty)' : id}</span>
        )}
        {id !== '' && (
          <ClipboardButton
            size="sm"
            fill="text"
            variant="secondary"
            icon="copy"
            aria-label="Copy the id"
            getText={() => id}
          />
        )}
        <div className={styles.secondary}>{label}</div>
      </td>
      <td className={styles.wide}>{reason}</td>
    </tr>
  );
}
