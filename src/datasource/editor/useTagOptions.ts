import { useMemo } from 'react';
import { type TimeRange } from '@grafana/data';
import { type ComboboxOption } from '@grafana/ui';
import { describeStoreError } from '../../shared/describeStoreError';
import { StoreError } from '../../shared/storeError';
import { type TagScope, type TagValue } from '../../shared/storeTypes';
import { type ClewDatasource } from '../datasource';
import { tagOfScope } from '../query/form/readTag';
import { useTagSource } from './useTagSource';

export interface TagOptions {
  /** Names of attributes and intrinsics, as TraceQL has them, that contain the text. */
  readonly names: (text: string) => Promise<Array<ComboboxOption<string>>>;
  /** Values of a tag on spans that match `query`. */
  readonly values: (tag: string, query: string | undefined, text: string) => Promise<readonly TagValue[]>;
}

/** What the store can complete. Failures go to `onError` too, and undefined where it works again. */
export function useTagOptions(
  datasource: ClewDatasource,
  range: TimeRange | undefined,
  onError: (message: string | undefined) => void
): TagOptions {
  const source = useTagSource(datasource, range);
  return useMemo(() => {
    const telling = async <T>(answer: Promise<T>): Promise<T> => {
      try {
        const result = await answer;
        onError(undefined);
        return result;
      } catch (error) {
        onError(error instanceof StoreError ? describeStoreError(error, await datasource.place()) : String(error));
        throw error;
      }
    };
    return {
      names: async (text) => {
        const scopes = await telling(source.scopes());
        return scopes.flatMap(nameOptions).filter(({ value }) => contains(value, text));
      },
      values: async (tag, query, text) => {
        const values = await telling(source.values(tag, query));
        return values.filter(({ value }) => contains(value, text));
      },
    };
  }, [datasource, source, onError]);
}

function nameOptions({ name: scope, tags }: TagScope): Array<ComboboxOption<string>> {
  return tags.map((name) => ({ value: tagOfScope(scope, name), group: scope }));
}

const contains = (value: string, text: string): boolean => value.toLowerCase().includes(text.toLowerCase());
