import React from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Text, useStyles2 } from '@grafana/ui';
import { formatPercent } from '../../shared/format';
import { type ComparedAttributeJson } from '../../shared/storeAnalysisTypes';

/** Attributes that spans of one side have more often than those of the other. */
export function AttributesTable({ attributes }: { attributes: readonly ComparedAttributeJson[] }) {
  const styles = useStyles2(getStyles);
  return (
    <div>
      <Text color="secondary" variant="bodySmall">
        Of the spans of each side, how many have the value: the largest differences first.
      </Text>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Attribute</th>
            <th scope="col">Value</th>
            <th scope="col">First</th>
            <th scope="col">Second</th>
          </tr>
        </thead>
        <tbody>
          {attributes.map(({ attribute, value, a, b }) => (
            <tr key={`${attribute}=${value}`}>
              <td>{attribute}</td>
              <td className={styles.value}>{value}</td>
              <td className={styles.number}>{formatPercent(a.share, 1)}</td>
              <td className={styles.number}>{formatPercent(b.share, 1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  table: css({
    marginTop: theme.spacing(1),
    fontSize: theme.typography.bodySmall.fontSize,
    th: { padding: theme.spacing(0.25, 1), color: theme.colors.text.secondary, textAlign: 'left' },
    td: { padding: theme.spacing(0.25, 1), borderBottom: `1px solid ${theme.colors.border.weak}` },
  }),
  value: css({ maxWidth: 480, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
  number: css({ textAlign: 'right', fontVariantNumeric: 'tabular-nums' }),
});
