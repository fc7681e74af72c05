import { intrinsicFromSpelling, parseAttribute, TraceqlError } from '@clew/traceql';
import type { FastifyInstance } from 'fastify';

import type { Engine } from '../../engine/engine.ts';
import { ApiError } from '../../errors.ts';
import type { IntrinsicOperand, Operand } from '../../query/plan/plan.ts';
import { tagValues, type TagValue } from '../../query/run/tags.ts';
import { cancellable } from '../cancellable-engine.ts';
import { tenantOf, type QueryServerDependencies } from '../dependencies.ts';
import { SEARCH_TAG_VALUES_RESPONSE, SEARCH_TAG_VALUES_V2_RESPONSE } from '../grpc/tempopb.ts';
import { Parameters, shortened } from '../parameters.ts';
import { readTagsRequest } from '../tag-request.ts';

/**
 * GET /api/v2/search/tag/{tag}/values (tempopb.SearchTagValuesV2Response), where the tag is written as in TraceQL, and
 * /api/search/tag/{tag}/values (SearchTagValuesResponse), where it is an attribute's bare name.
 */
export function tagValuesRoutes(server: FastifyInstance, { engine, tenants }: QueryServerDependencies): void {
  server.get<{ Params: { tag: string } }>(
    '/api/v2/search/tag/:tag/values',
    { config: { protobuf: SEARCH_TAG_VALUES_V2_RESPONSE } },
    async (request) =>
      answerTypedValues(
        cancellable(engine, request.signal),
        tenantOf(request, tenants),
        request.params.tag,
        new Parameters(request.query)
      )
  );
  server.get<{ Params: { tag: string } }>(
    '/api/search/tag/:tag/values',
    { config: { protobuf: SEARCH_TAG_VALUES_RESPONSE } },
    async (request) =>
      answerValues(
        cancellable(engine, request.signal),
        tenantOf(request, tenants),
        request.params.tag,
        new Parameters(request.query)
      )
  );
}

/** tempopb.SearchTagValuesV2Response in proto3 JSON. */
export async function answerTypedValues(
  engine: Engine,
  tenant: string,
  tag: string,
  parameters: Parameters
): Promise<object> {
  const operand = readTag(tag);
  const tagsRequest = await readTagsRequest(engine, tenant, parameters);
  return { tagValues: await tagValues(engine, operand, tagsRequest), metrics: {} };
}

/** tempopb.SearchTagValuesResponse in proto3 JSON. */
export async function answerValues(
  engine: Engine,
  tenant: string,
  tag: string,
  parameters: Parameters
): Promise<object> {
  const tagsRequest = await readTagsRequest(engine, tenant, parameters);
  const values = OLD_TAGS.get(tag) ?? (await tagValues(engine, bareTag(tag), tagsRequest));
  return { tagValues: [...new Set(values.map(({ value }) => value))], metrics: {} };
}

const keywords = (...values: string[]): TagValue[] => values.map((value) => ({ type: 'keyword', value }));

/** Tags of Tempo's first search that are no attributes, and have a fixed list of values. */
const OLD_TAGS: ReadonlyMap<string, readonly TagValue[]> = new Map([
  ['status.code', keywords('unset', 'ok', 'error')],
  ['error', keywords('true')],
]);

/** Names that Tempo's first search had for facts of the root. */
const OLD_ROOT_TAGS: ReadonlyMap<string, IntrinsicOperand> = new Map([
  ['root.name', { kind: 'intrinsic', name: 'trace:rootName' }],
  ['root.service.name', { kind: 'intrinsic', name: 'trace:rootService' }],
]);

function bareTag(tag: string): Operand {
  const intrinsic = intrinsicFromSpelling(tag);
  if (intrinsic) {
    return { kind: 'intrinsic', name: intrinsic as IntrinsicOperand['name'] };
  }
  return OLD_ROOT_TAGS.get(tag) ?? { kind: 'attribute', scope: 'any', name: tag };
}

function readTag(text: string): Operand {
  try {
    const attribute = parseAttribute(text);
    if (attribute.kind === 'intrinsic') {
      return { kind: 'intrinsic', name: attribute.intrinsic as IntrinsicOperand['name'] };
    }
    return { kind: 'attribute', scope: attribute.scope, name: attribute.name };
  } catch (error) {
    if (error instanceof TraceqlError) {
      const { message, hint } = error;
      throw new ApiError('parameter_invalid', `The tag "${shortened(text)}" cannot be read: ${message}`, {
        hint: hint ?? 'Write it as in a query: span.name, resource.name, .name, or an intrinsic.',
      });
    }
    throw error;
  }
}
