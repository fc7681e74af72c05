import { useMemo } from 'react';
import { NO_SPAN, attributeToString, type AttributeScope } from '@clew/traceql';
import { type TimeRange } from '@grafana/data';
import { type ComboboxOption } from '@grafana/ui';
import { describeStoreError } from '../../shared/describeStoreError';
import { type TimeWindow } from '../../shared/storeClient';
import { StoreError } from '../../shared/storeError';
import { type TagScope, type TagValue } from '../../shared/storeTypes';
import { type ClewDatasource } from '../datasource';

/** As many as a person can look through; typing a value that is not listed is always possible. */
const LIMIT = 1000;

export interface TagOptions {
  /** Names of attributes and intrinsics, as TraceQL has them, that contain the text. */
  readonly names: (text: string) => Promise<Array<ComboboxOption<string>>>;
  /** Values of a tag on spans that match `query`. */
  readonly values: (tag: string, query: string | undefined, text: string) => Promise<readonly TagValue[]>;
}

/** What the store can complete, kept for as long as the time range stays. Failures go to `onError` too. */
export function useTagOptions(
  datasource: ClewDatasource,
  range: TimeRange | undefined,
  onError: (message: string | undefined) => void
): TagOptions {
  const fromMs = range?.from.valueOf();
  const toMs = range?.to.valueOf();
  return useMemo(() => {
    const window: TimeWindow | undefined = fromMs === undefined || toMs === undefined ? undefined : { fromMs, toMs };
    const cache = new Map<string, Promise<unknown>>();
    const once = async <T>(key: string, load: () => Promise<T>): Promise<T> => {
      const known = (cache.get(key) as Promise<T> | undefined) ?? load();
      cache.set(key, known);
      try {
        const result = await known;
        onError(undefined);
        return result;
      } catch (error) {
        cache.delete(key);
        onError(error instanceof StoreError ? describeStoreError(error, await datasource.place()) : String(error));
        throw error;
      }
    };
    return {
      names: async (text) => {
        const scopes = await once('', () => datasource.client.tagScopes({ window, limit: LIMIT }));
        return scopes.flatMap(nameOptions).filter(({ value }) => contains(value, text));
      },
      values: async (tag, query, text) => {
        const values = await once(`${tag}\n${query ?? ''}`, () =>
          datasource.client.tagValues(tag, { query, window, limit: LIMIT })
        );
        return values.filter(({ value }) => contains(value, text));
      },
    };
  }, [datasource, fromMs, toMs, onError]);
}

function nameOptions({ name: scope, tags }: TagScope): Array<ComboboxOption<string>> {
  return tags.map((name) => ({ value: scope === 'intrinsic' ? name : quotedName(scope, name), group: scope }));
}

function quotedName(scope: string, name: string): string {
  return attributeToString({ kind: 'attribute', scope: scope as AttributeScope, name, parent: false, span: NO_SPAN });
}

const contains = (value: string, text: string): boolean => value.toLowerCase().includes(text.toLowerCase());
