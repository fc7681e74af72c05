import { check, parse } from '@clew/traceql';
import type { FastifyInstance } from 'fastify';

import { conditionsOf, planMetrics } from '../../query/metrics/metrics-plan.ts';
import { spanDifferences } from '../../query/pages/span-differences.ts';
import { cancellable } from '../cancellable-engine.ts';
import { tenantOf, type RouteDependencies } from '../dependencies.ts';
import { invalid, Parameters } from '../parameters.ts';
import { checkPatterns, refusing } from '../traceql.ts';

const EXAMPLE = '{ resource.service.name = "checkout" } | compare({ duration > 1s })';

/**
 * GET /clew/v1/span-differences?q={…} | compare({…})&start&end: what the spans of the selection have in common that the others lack,
 * for pages, which cannot wait for all that compare() counts.
 */
export function spanDifferencesRoute(server: FastifyInstance, { engine, tenants }: RouteDependencies): void {
  server.get('/clew/v1/span-differences', async (request) => {
    const parameters = new Parameters(request.query);
    const text = parameters.traceql();
    if (text === undefined) {
      throw invalid('q', `is missing; give a comparison like ${EXAMPLE}`);
    }
    const plan = refusing(() => {
      const query = parse(text);
      check(query);
      return planMetrics(query);
    });
    const [[pipeline, stage] = []] = [...plan.firstStages];
    if (plan.expression !== pipeline || pipeline.firstStage.kind !== 'metricsCompare' || stage?.kind !== 'comparison') {
      throw invalid(
        'q',
        `is no comparison of spans that each say for themselves whether they are meant; give one like ${EXAMPLE}`
      );
    }
    const reading = cancellable(engine, request.signal);
    await checkPatterns(reading, conditionsOf(plan));
    const { startNs, endNs } = pipeline.firstStage;
    return spanDifferences(reading, {
      ...{ tenant: tenantOf(request, tenants), range: parameters.timeRange() },
      ...{ condition: stage.condition, selection: stage.selection },
      selectionRange: startNs && endNs ? { startNs, endNs } : undefined,
    });
  });
}
