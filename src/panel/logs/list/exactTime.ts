import { dateTimeFormat } from '@grafana/data';
import { type TimeZone } from '@grafana/schema';

/** Date and time with as many digits as there are: `2026-11-23 12:46:51.235004`. */
export function exactTime(timeNs: bigint, timeZone: TimeZone | undefined): string {
  const text = dateTimeFormat(Number(timeNs / 1_000_000n), { timeZone, format: 'YYYY-MM-DD HH:mm:ss.SSS' });
  const beyond = String(timeNs % 1_000_000n).padStart(6, '0');
  return beyond === '000000' ? text : `${text}${beyond.endsWith('000') ? beyond.slice(0, 3) : beyond}`;
}
