import { locationUtil, type DataLink } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { exploreUrl } from '../../shared/exploreUrl';
import { isObject } from '../../shared/narrowing';
import { type ClewQuery } from '../types';

/** The datasource that the links lead back to. */
export interface LinkTarget {
  readonly uid: string;
  readonly name: string;
}

/** From a field that holds trace ids to the trace, in the shape that exemplars use. */
export function traceLink({ uid, name }: LinkTarget, title = 'Trace: ${__value.raw}'): DataLink<ClewQuery> {
  return {
    title,
    url: '',
    internal: {
      datasourceUid: uid,
      datasourceName: name,
      query: { refId: 'A', query: '${__value.raw}', queryType: 'traceql' },
    },
  };
}

/** From a field that holds span ids to the span, where the row's trace id is in the field of this name. */
export function spanLink({ uid, name }: LinkTarget, traceIdField: string): DataLink<ClewQuery> {
  return {
    title: 'Span: ${__value.raw}',
    url: '',
    internal: {
      datasourceUid: uid,
      datasourceName: name,
      query: { refId: 'A', query: `\${__data.fields.${traceIdField}}`, queryType: 'traceql' },
      panelsState: { trace: { spanId: '${__value.raw}' } },
    },
  };
}

/** A span's trace, and the range to look at beside it, as Explore has it in its URL. */
export interface SpanPlace {
  readonly traceId: string;
  readonly range: { readonly from: string; readonly to: string };
}

/**
 * From a field of a nested table that holds span ids to the span. Grafana's table takes the links of all nested tables
 * from the fields of the first one, so that a link as usual leads from the third trace's second span to the first trace's
 * second one: this one goes by the text that was clicked.
 */
export function nestedSpanLink({ uid }: LinkTarget, places: ReadonlyMap<string, SpanPlace>): DataLink<ClewQuery> {
  return {
    title: 'Open the trace at this span',
    url: '',
    onClick: ({ e }) => {
      const spanId = clickedText(e);
      const place = places.get(spanId);
      if (place) {
        const { traceId, range } = place;
        locationService.push(
          locationUtil.stripBaseFromUrl(exploreUrl({ datasourceUid: uid, query: traceId, range, spanId }))
        );
      }
    },
  };
}

function clickedText(event: unknown): string {
  const target = isObject(event) ? event.target : undefined;
  return target instanceof Node ? (target.textContent ?? '').trim() : '';
}
