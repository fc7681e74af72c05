import type { FastifyInstance } from 'fastify';

import { ATTRIBUTE_SCOPES, tagNames } from '../../query/run/tags.ts';
import type { AttributeScope } from '../../query/plan/plan.ts';
import { tenantOf, type QueryServerDependencies } from '../dependencies.ts';
import { invalid, Parameters } from '../parameters.ts';
import { LISTED_INTRINSICS, readTagsRequest } from '../tag-request.ts';

/**
 * GET /api/v2/search/tags (tempopb.SearchTagsV2Response) and /api/search/tags (SearchTagsResponse). The older one lists
 * intrinsics only when asked for that scope, as Tempo does.
 */
export function tagNamesRoutes(server: FastifyInstance, { engine, tenants }: QueryServerDependencies): void {
  server.get('/api/v2/search/tags', async (request) => {
    const parameters = new Parameters(request.query);
    const { attributes, intrinsics } = readScopes(parameters);
    const tagsRequest = await readTagsRequest(engine, tenantOf(request, tenants), parameters);
    const scopes = await Promise.all(
      attributes.map(async (name) => ({ name, tags: await tagNames(engine, name, tagsRequest) }))
    );
    const intrinsic = intrinsics ? [{ name: 'intrinsic', tags: LISTED_INTRINSICS }] : [];
    return { scopes: [...intrinsic, ...scopes.filter(({ tags }) => tags.length > 0)], metrics: {} };
  });

  server.get('/api/search/tags', async (request) => {
    const parameters = new Parameters(request.query);
    const { attributes } = readScopes(parameters);
    if (attributes.length === 0) {
      return { tagNames: LISTED_INTRINSICS, metrics: {} };
    }
    const tagsRequest = await readTagsRequest(engine, tenantOf(request, tenants), parameters);
    const names = await Promise.all(attributes.map((name) => tagNames(engine, name, tagsRequest)));
    return { tagNames: [...new Set(names.flat())].sort().slice(0, tagsRequest.limit), metrics: {} };
  });
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
