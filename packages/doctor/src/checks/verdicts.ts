import type { GrafanaResponse } from '../grafana.ts';
import { isRecord, type Datasource } from '../inventory.ts';
import type { DoctorContext, Outcome, Verdict } from '../types.ts';

type More = Omit<Verdict, 'outcome' | 'sentence'>;

const verdict =
  (outcome: Outcome) =>
  (sentence: string, more: More = {}): Verdict => ({ outcome, sentence, ...more });

export const ok = verdict('ok');
export const warning = verdict('warning');
export const failed = verdict('failed');
export const unknown = verdict('unknown');
export const skipped = verdict('skipped');

/**
 * What stands between an answer and its use, for answers of a datasource by way of the proxy; undefined for a 200. `who`: the
 * datasource's name. Rights that are missing and times that ran out are `unknown`, all else is `failed`.
 */
export function problemOf({ status, data }: GrafanaResponse, who: string): Verdict | undefined {
  if (status === 200) {
    return undefined;
  }
  const said = messageIn(data);
  const evidence = said === undefined ? undefined : [said];
  if (status === 401 || status === 403) {
    return unknown(`You may not query ${who} (${status}), so nothing is known of it.`, { evidence });
  }
  if (status === 504) {
    return unknown(`${who} gave no answer in time (504).`, { evidence });
  }
  if (status === 502) {
    return failed(`Grafana cannot reach ${who} (502): nothing answers at its URL.`, { evidence });
  }
  return failed(`${who} answers ${status}.`, { evidence });
}

/** The message of an answer that is an error, in the forms of Grafana, Clew and Prometheus; or the start of its text. */
export function messageIn(data: unknown): string | undefined {
  if (typeof data === 'string') {
    if (/^\s*<(?:!doctype|html)/i.test(data)) {
      const title = /<title[^>]*>\s*([^<]*?)\s*<\/title>/i.exec(data)?.[1];
      return title ? `a page, “${title}”` : 'a page without a title';
    }
    return data.trim().slice(0, 200) || undefined;
  }
  if (!isRecord(data)) {
    return undefined;
  }
  const { error, message } = data;
  if (isRecord(error) && typeof error.message === 'string') {
    return error.message;
  }
  return [error, message].find((text): text is string => typeof text === 'string' && text !== '');
}

/** What a verdict is about, without its settings. */
export const subjectOf = ({ uid, name, type }: Datasource): Verdict['subject'] => ({ uid, name, type });

/** `the last hour`, `the last 30 minutes`. */
export function lookBack({ range: { fromMs, toMs } }: DoctorContext): string {
  const ms = toMs - fromMs;
  return ms === 3_600_000 ? 'the last hour' : `the last ${duration(ms)}`;
}

/** `1 span`, `2 spans`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number.toLocaleString('en')} ${number === 1 ? one : many}`;

/** `a, b and 3 more`. */
export function names(all: readonly string[], most = 10): string {
  return all.length <= most ? all.join(', ') : `${all.slice(0, most).join(', ')} and ${all.length - most} more`;
}

/** `40 seconds`, `3 minutes`, `2.5 hours`, `4 days`. */
export function duration(ms: number): string {
  const size = Math.abs(ms);
  const say = (unit: number, name: string, digits = 0) => {
    const value = (size / unit).toFixed(digits).replace(/\.0$/, '');
    return `${value} ${name}${value === '1' ? '' : 's'}`;
  };
  if (size < 1000) {
    return `${Math.round(size)} ms`;
  }
  if (size < 120_000) {
    return say(1000, 'second', size < 10_000 ? 1 : 0);
  }
  if (size < 7_200_000) {
    return say(60_000, 'minute');
  }
  return size < 172_800_000 ? say(3_600_000, 'hour', 1) : say(86_400_000, 'day', 1);
}
