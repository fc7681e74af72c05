import React from 'react';
import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Icon, Pagination, Tooltip, useStyles2, useTheme2 } from '@grafana/ui';
import { healthColour } from '../../shared/colours';
import { formatCount, formatDurationMs, formatPercent, formatRate } from '../../shared/format';
import { SCORE_EXPLAINED, changesOf } from './changeScore';
import { changeText } from './changeText';
import { type Trends } from './loadTrends';
import { TrendLine } from './TrendLine';
import { errorShare, type RedNumbers, type RedRow } from './red';
import { type RedSort, type SortKey } from './redSort';

interface Props {
  /** What a row is: Service, Operation. */
  name: string;
  /** Of this page, in order. */
  rows: readonly RedRow[];
  trends: Trends | undefined;
  /** Length of the period. */
  seconds: number;
  /** False: nothing was stored of the period before. */
  hasBefore: boolean;
  sort: RedSort;
  onSort: (sort: RedSort) => void;
  page: number;
  pages: number;
  onPage: (page: number) => void;
  renderName: (row: RedRow) => React.ReactNode;
  selected?: string;
}

interface Column {
  readonly key: SortKey;
  readonly label: string;
  readonly title: string;
}

const BASIS =
  'Spans of the kinds server and consumer: what was asked of it. All of its spans, where it has none of these.';

const COLUMNS: readonly Column[] = [
  { key: 'rate', label: 'Rate', title: `Requests per second. ${BASIS}` },
  { key: 'errors', label: 'Errors', title: 'Share of the requests whose status is error.' },
  { key: 'p50', label: 'p50', title: 'Half of the requests took less.' },
  { key: 'p95', label: 'p95', title: '95% of the requests took less.' },
  { key: 'p99', label: 'p99', title: '99% of the requests took less.' },
  { key: 'change', label: 'Change', title: SCORE_EXPLAINED },
];

/** Rate, errors and duration, each with the value of the period before under it. */
export function RedTable(props: Props) {
  const styles = useStyles2(getStyles);
  const { name, rows, trends, seconds, hasBefore, sort, onSort, page, pages, onPage, renderName, selected } = props;
  const nameColumn: Column = { key: 'name', label: name, title: '' };
  return (
    <div className={styles.frame}>
      <table className={styles.table}>
        <thead>
          <tr>
            {[nameColumn, ...COLUMNS].map((column) => (
              <Header key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row
              key={row.key}
              row={row}
              trends={trends}
              seconds={seconds}
              hasBefore={hasBefore}
              renderName={renderName}
              isSelected={row.key === selected}
            />
          ))}
        </tbody>
      </table>
      {pages > 1 && <Pagination currentPage={page} numberOfPages={pages} onNavigate={onPage} />}
    </div>
  );
}

interface HeaderProps {
  column: Column;
  sort: RedSort;
  onSort: (sort: RedSort) => void;
}

function Header({ column: { key, label, title }, sort, onSort }: HeaderProps) {
  const styles = useStyles2(getStyles);
  const isSorted = sort.key === key;
  const click = () => onSort({ key, isDescending: isSorted ? !sort.isDescending : key !== 'name' });
  return (
    <th
      scope="col"
      className={key === 'name' ? undefined : styles.numeric}
      aria-sort={isSorted ? (sort.isDescending ? 'descending' : 'ascending') : 'none'}
    >
      <button type="button" className={styles.sort} onClick={click}>
        {label}
        {isSorted && <Icon name={sort.isDescending ? 'arrow-down' : 'arrow-up'} size="sm" />}
      </button>
      {title !== '' && (
        <Tooltip content={title}>
          <span className={styles.info} tabIndex={0} role="note" aria-label={title}>
            <Icon name="info-circle" size="xs" />
          </span>
        </Tooltip>
      )}
    </th>
  );
}

interface RowProps extends Pick<Props, 'trends' | 'seconds' | 'hasBefore' | 'renderName'> {
  row: RedRow;
  isSelected: boolean;
}

function Row({ row, trends, seconds, hasBefore, renderName, isSelected }: RowProps) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const trend = trends?.get(row.key);
  const cell = (text: (numbers: RedNumbers) => string | undefined, line?: React.ReactNode) => {
    const before = text(row.before);
    return (
      <td className={styles.numeric}>
        <div className={styles.cell}>
          {line}
          <span className={styles.values}>
            <span>{text(row.now) ?? '–'}</span>
            {hasBefore && <span className={styles.before}>{before === undefined ? '–' : `was ${before}`}</span>}
          </span>
        </div>
      </td>
    );
  };
  const line = (values: ReadonlyArray<number | null> | undefined, colour: string) => (
    <span className={styles.line}>{values && <TrendLine values={values} colour={colour} />}</span>
  );
  const { secondary } = theme.colors.text;
  const hasMoreErrors = changesOf(row)?.some(
    (change) => change.kind === 'errors' && changeText(change)?.health === 'bad'
  );
  return (
    <tr className={cx(isSelected && styles.selected)}>
      <th scope="row" className={styles.name}>
        {renderName(row)}
        {row.basis === 'spans' && (
          <Tooltip content="It has no server or consumer spans: all of its spans are counted.">
            <span className={styles.basis} tabIndex={0}>
              all spans
            </span>
          </Tooltip>
        )}
      </th>
      {cell(
        ({ requests }) => (requests === undefined ? undefined : `${formatRate(requests / seconds)} /s`),
        line(trend?.rate, secondary)
      )}
      {cell(
        (numbers) => {
          const share = errorShare(numbers);
          return share === undefined ? undefined : formatPercent(share, 1);
        },
        line(trend?.errors, hasMoreErrors ? healthColour(theme, 'bad') : secondary)
      )}
      {cell(({ p50 }) => durationText(p50))}
      {cell(({ p95 }) => durationText(p95), line(trend?.p95, secondary))}
      {cell(({ p99 }) => durationText(p99))}
      <td className={styles.numeric}>{hasBefore ? <ChangeCell row={row} /> : '–'}</td>
    </tr>
  );
}

function ChangeCell({ row }: { row: RedRow }) {
  const theme = useTheme2();
  const changes = changesOf(row);
  const texts = (changes ?? []).flatMap((change) => changeText(change) ?? []);
  const [first] = texts;
  if (!first) {
    return <span style={{ color: theme.colors.text.secondary }}>{changes ? 'steady' : '–'}</span>;
  }
  const all = [
    texts.map(({ text }) => text).join(', '),
    `${formatCount(row.now.requests ?? 0)} requests, ${formatCount(row.before.requests ?? 0)} before.`,
  ].join('. ');
  const colour = first.health === 'neither' ? theme.colors.text.primary : healthColour(theme, first.health);
  return (
    <Tooltip content={all}>
      <span tabIndex={0} style={{ color: colour }}>
        {first.text}
      </span>
    </Tooltip>
  );
}

const durationText = (seconds: number | undefined): string | undefined =>
  seconds === undefined ? undefined : formatDurationMs(seconds * 1000);

const getStyles = (theme: GrafanaTheme2) => ({
  frame: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), overflowX: 'auto' }),
  table: css({
    width: '100%',
    fontVariantNumeric: 'tabular-nums',
    'th, td': { padding: theme.spacing(0.5, 1), verticalAlign: 'middle' },
    'thead th': {
      color: theme.colors.text.secondary,
      fontWeight: theme.typography.fontWeightMedium,
      whiteSpace: 'nowrap',
      borderBottom: `1px solid ${theme.colors.border.medium}`,
    },
    'tbody tr': { borderBottom: `1px solid ${theme.colors.border.weak}` },
    'tbody tr:hover': { background: theme.colors.action.hover },
  }),
  numeric: css({ textAlign: 'right', whiteSpace: 'nowrap' }),
  name: css({ fontWeight: theme.typography.fontWeightRegular, minWidth: 150, maxWidth: 360, overflowWrap: 'anywhere' }),
  basis: css({
    marginLeft: theme.spacing(1),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  sort: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.25),
    padding: 0,
    border: 'none',
    background: 'none',
    color: 'inherit',
    fontWeight: 'inherit',
    '&:hover': { color: theme.colors.text.primary },
  }),
  info: css({ marginLeft: theme.spacing(0.5), opacity: 0.7 }),
  cell: css({ display: 'flex', alignItems: 'center', justifyContent: 'flex-end', gap: theme.spacing(1) }),
  line: css({ width: 60, height: 22, flex: 'none' }),
  values: css({ display: 'flex', flexDirection: 'column', minWidth: 72, lineHeight: 1.3 }),
  before: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  selected: css({ background: theme.colors.action.selected }),
});
