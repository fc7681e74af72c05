import React, { useState, type FormEvent } from 'react';
import { css } from '@emotion/css';
import { dateTimeFormat, dateTimeParse, type GrafanaTheme2 } from '@grafana/data';
import { Button, Field, Input, useStyles2 } from '@grafana/ui';
import { formatDuration, parseDuration } from '@clew/traceql';
import { type TimeWindow } from '../../shared/storeClient';
import { type Region } from './region';

interface Props {
  region: Region | undefined;
  window: TimeWindow;
  timeZone: string;
  onSelect: (region: Region | undefined) => void;
}

const TIME_FORMAT = 'YYYY-MM-DD HH:mm:ss';
const HOUR_NS = 3_600_000_000_000;

/** A region in figures: for keyboards, and for a duration that no row of the heatmap ends at. Give it the region as `key`. */
export function RegionForm({ region, window, timeZone, onSelect }: Props) {
  const styles = useStyles2(getStyles);
  const timeText = (ms: number) => dateTimeFormat(ms, { format: TIME_FORMAT, timeZone });
  const [draft, setDraft] = useState({
    min: region ? durationText(region.minNs) : '',
    max: region ? durationText(region.maxNs) : '',
    from: timeText(region?.fromMs ?? window.fromMs),
    to: timeText(region?.toMs ?? window.toMs),
  });
  const minNs = draft.min.trim() === '' ? 0 : readDuration(draft.min);
  const maxNs = draft.max.trim() === '' ? 24 * HOUR_NS : readDuration(draft.max);
  const time = (text: string) => {
    const parsed = dateTimeParse(text, { format: TIME_FORMAT, timeZone });
    return parsed.isValid() ? parsed.valueOf() : undefined;
  };
  const [fromMs, toMs] = [time(draft.from), time(draft.to)];
  const isDurationWrong = minNs === undefined || maxNs === undefined || minNs >= maxNs;
  const isTimeWrong = fromMs === undefined || toMs === undefined || fromMs >= toMs;
  const isEmpty = draft.min.trim() === '' && draft.max.trim() === '';
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!isDurationWrong && !isTimeWrong && !isEmpty) {
      onSelect({ fromMs, toMs, minNs, maxNs });
    }
  };
  const field = (key: keyof typeof draft, label: string, placeholder: string, width: number, isInvalid: boolean) => (
    <Field label={label} htmlFor={`clew-region-${key}`} invalid={isInvalid} noMargin>
      <Input
        id={`clew-region-${key}`}
        width={width}
        placeholder={placeholder}
        autoComplete="off"
        value={draft[key]}
        onChange={({ currentTarget: { value } }) => setDraft((last) => ({ ...last, [key]: value }))}
      />
    </Field>
  );
  return (
    <form className={styles.form} aria-label="Select by duration and time" onSubmit={send}>
      {field('min', 'Longer than', '250ms', 14, !isEmpty && isDurationWrong)}
      {field('max', 'Up to', 'any', 14, !isEmpty && isDurationWrong)}
      {field('from', 'From', TIME_FORMAT, 23, isTimeWrong)}
      {field('to', 'To', TIME_FORMAT, 23, isTimeWrong)}
      <Button type="submit" variant="secondary" disabled={isDurationWrong || isTimeWrong || isEmpty}>
        Select
      </Button>
      {region && (
        <Button type="button" variant="secondary" fill="text" onClick={() => onSelect(undefined)}>
          Clear
        </Button>
      )}
    </form>
  );
}

/** To three digits: the heatmap's rows end at powers of two. */
const durationText = (ns: number): string => formatDuration(BigInt(Number(ns.toPrecision(3)).toFixed(0)));

function readDuration(text: string): number | undefined {
  const ns = parseDuration(text.trim().replace(/\s+/g, ''));
  return ns === undefined || ns < 0n ? undefined : Number(ns);
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: theme.spacing(1) }),
});
