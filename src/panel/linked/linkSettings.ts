import { rangeUtil, type DataSourceInstanceSettings } from '@grafana/data';
import { getDataSourceSrv, type DataSourceSrv } from '@grafana/runtime';
import { asArray, asString, isObject } from '../../shared/narrowing';

export interface TagLabel {
  /** The span's attribute. */
  readonly key: string;
  /** What the other datasource calls it; undefined: the settings do not say. */
  readonly label: string | undefined;
}

/** Of a datasource; undefined where there is none, or none for this user. */
export function settingsOf(datasourceUid: string | undefined): DataSourceInstanceSettings | undefined {
  // A page without Grafana has no list of datasources.
  const datasources: DataSourceSrv | undefined = getDataSourceSrv();
  return datasourceUid === undefined ? undefined : datasources?.getInstanceSettings(datasourceUid);
}

/** Attributes that the settings map to labels, in Grafana's own shape: `[{ key, value? }]`. */
export function chosenTags(tags: unknown): TagLabel[] {
  return asArray(tags).flatMap((tag) => {
    const key = isObject(tag) ? asString(tag.key)?.trim() : undefined;
    return isObject(tag) && key ? [{ key, label: asString(tag.value)?.trim() || undefined }] : [];
  });
}

/** Milliseconds of `-5m`, `30s`; undefined for what is none. */
export function shiftMs(text: unknown): number | undefined {
  const [, sign, length] = /^\s*([+-]?)(\d+(?:\.\d+)?(?:ms|s|m|h|d|w))\s*$/.exec(asString(text) ?? '') ?? [];
  return length === undefined ? undefined : rangeUtil.intervalToMs(length) * (sign === '-' ? -1 : 1);
}
