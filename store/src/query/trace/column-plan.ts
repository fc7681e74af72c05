import { attributeToString, parseAttribute, positionAt, TraceqlError } from '@clew/traceql';

import { LOOKUP_ORDER } from '../sql/condition-sql.ts';
import { isListIntrinsic, type ListIntrinsic, type RowScope } from './cell-sql.ts';

/** Where a value may be: on the span's row, or with what emitted it. */
export type ColumnPlace =
  | { readonly kind: 'attribute'; readonly scope: RowScope; readonly name: string }
  | { readonly kind: 'list'; readonly name: ListIntrinsic }
  | { readonly kind: 'emitterAttribute'; readonly scope: 'resource' | 'instrumentation'; readonly name: string }
  | { readonly kind: 'emitterText'; readonly name: 'instrumentation:name' | 'instrumentation:version' };

/** The first place that has a value for a span counts. */
export type ColumnPlan = readonly ColumnPlace[];

/** The plan for one attribute as TraceQL writes it. Throws TraceqlError. */
export function planColumn(key: string): ColumnPlan {
  const attribute = parseAttribute(key);
  const unsupported = (message: string, hint: string) =>
    new TraceqlError('unsupported', message, attribute.span, positionAt(key, attribute.span.start), hint);
  if (attribute.kind === 'intrinsic') {
    const { intrinsic } = attribute;
    if (intrinsic === 'instrumentation:name' || intrinsic === 'instrumentation:version') {
      return [{ kind: 'emitterText', name: intrinsic }];
    }
    if (isListIntrinsic(intrinsic)) {
      return [{ kind: 'list', name: intrinsic }];
    }
    throw unsupported(
      `${attributeToString(attribute)} is no column of its own`,
      'The frame of the trace says it, or what its spans make together. Give an attribute like span.http.route, or event:name, event:timeSinceStart, link:traceID, link:spanID, instrumentation:name, instrumentation:version.'
    );
  }
  const { scope, name } = attribute;
  if (attribute.parent) {
    throw unsupported(
      'An attribute of the parent is no column',
      `Write ${attributeToString({ ...attribute, parent: false })}.`
    );
  }
  const scopes = scope === 'any' ? LOOKUP_ORDER : [scope];
  return scopes.map((place) =>
    place === 'resource' || place === 'instrumentation'
      ? { kind: 'emitterAttribute', scope: place, name }
      : { kind: 'attribute', scope: place, name }
  );
}
