import type { FastifyInstance } from 'fastify';

import type { Engine } from '../../engine/engine.ts';
import { ATTRIBUTE_SCOPES, tagNames } from '../../query/run/tags.ts';
import type { AttributeScope } from '../../query/plan/plan.ts';
import { cancellable } from '../cancellable-engine.ts';
import { tenantOf, type QueryServerDependencies } from '../dependencies.ts';
import { SEARCH_TAGS_RESPONSE, SEARCH_TAGS_V2_RESPONSE } from '../grpc/tempopb.ts';
import { invalid, Parameters } from '../parameters.ts';
import { LISTED_INTRINSICS, readTagsRequest } from '../tag-request.ts';

/**
 * GET /api/v2/search/tags (tempopb.SearchTagsV2Response) and /api/search/tags (SearchTagsResponse). The older one lists
 * intrinsics only when asked for that scope, as Tempo does.
 */
export function tagNamesRoutes(server: FastifyInstance, { engine, tenants }: QueryServerDependencies): void {
  server.get('/api/v2/search/tags', { config: { protobuf: SEARCH_TAGS_V2_RESPONSE } }, async (request) =>
    answerTagsByScope(cancellable(engine, request.signal), tenantOf(request, tenants), new Parameters(request.query))
  );
  server.get('/api/search/tags', { config: { protobuf: SEARCH_TAGS_RESPONSE } }, async (request) =>
    answerTags(cancellable(engine, request.signal), tenantOf(request, tenants), new Parameters(request.query))
  );
}

/** tempopb.SearchTagsV2Response in proto3 JSON. */
export interface TagsByScope {
  readonly scopes: ReadonlyArray<{ readonly name: string; readonly tags: readonly string[] }>;
  readonly metrics: object;
}

export async function answerTagsByScope(engine: Engine, tenant: string, parameters: Parameters): Promise<TagsByScope> {
  const { attributes, intrinsics } = readScopes(parameters);
  const tagsRequest = await readTagsRequest(engine, tenant, parameters);
  const scopes = await Promise.all(
    attributes.map(async (name) => ({ name, tags: await tagNames(engine, name, tagsRequest) }))
  );
  const intrinsic = intrinsics ? [{ name: 'intrinsic', tags: LISTED_INTRINSICS }] : [];
  return { scopes: [...intrinsic, ...scopes.filter(({ tags }) => tags.length > 0)], metrics: {} };
}

/** tempopb.SearchTagsResponse in proto3 JSON. */
export async function answerTags(engine: Engine, tenant: string, parameters: Parameters): Promise<object> {
  const { attributes } = readScopes(parameters);
  if (attributes.length === 0) {
    return { tagNames: LISTED_INTRINSICS, metrics: {} };
  }
  const tagsRequest = await readTagsRequest(engine, tenant, parameters);
  const names = await Promise.all(attributes.map((name) => tagNames(engine, name, tagsRequest)));
  return { tagNames: [...new Set(names.flat())].sort().slice(0, tagsRequest.limit), metrics: {} };
}

function readScopes(parameters: Parameters): { attributes: readonly AttributeScope[]; intrinsics: boolean } {
  const scope = parameters.text('scope') ?? 'none';
  if (scope === 'none') {
    return { attributes: ATTRIBUTE_SCOPES, intrinsics: true };
  }
  if (scope === 'intrinsic') {
    return { attributes: [], intrinsics: true };
  }
  const found = ATTRIBUTE_SCOPES.find((name) => name === scope);
  if (!found) {
    throw invalid('scope', `is none of ${[...ATTRIBUTE_SCOPES, 'intrinsic', 'none'].join(', ')}`);
  }
  return { attributes: [found], intrinsics: false };
}
