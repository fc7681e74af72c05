import type { FastifyInstance } from 'fastify';

import type { Engine } from '../../engine/engine.ts';
import { summedPath, type SummedPathRequest } from '../../query/analysis/summed-path.ts';
import type { SpanTimeRange } from '../../query/plan/plan.ts';
import { planMatches, type MatchPlan } from '../../query/trace/match-plan.ts';
import { cancellable } from '../cancellable-engine.ts';
import { tenantOf, type RouteDependencies } from '../dependencies.ts';
import { invalid, Parameters } from '../parameters.ts';
import { checkPatterns, refusing } from '../traceql.ts';
import { readWholeTrace } from './trace-analysis.ts';

/** Of traces. */
const LIMIT = { fallback: 1000, min: 1, max: 20_000 };
/** Unix seconds, as an unsigned 32-bit number has them; 0 is none. */
const SECONDS = { fallback: 0, min: 0, max: 2 ** 32 - 1 };
const SECOND_NS = 1_000_000_000n;

interface Baseline {
  readonly plan: MatchPlan;
  readonly range: SpanTimeRange;
}

/**
 * GET /clew/v1/critical-path?q={…}: where the critical paths of traces spend their time, by service and name, and how that differs from
 * another time.
 */
export function criticalPathRoute(server: FastifyInstance, { engine, tenants }: RouteDependencies): void {
  server.get('/clew/v1/critical-path', async (request) => {
    const parameters = new Parameters(request.query);
    const plan = readPlan(parameters, 'q');
    if (plan === undefined) {
      throw invalid('q', 'is missing; give a TraceQL query like { resource.service.name = "checkout" }');
    }
    const range = parameters.timeRange();
    const baseline = readBaseline(parameters, plan);
    const common = {
      tenant: tenantOf(request, tenants),
      limit: parameters.integer('limit', LIMIT),
      wholeTrace: readWholeTrace(parameters),
    };
    const reading = cancellable(engine, request.signal);
    await checkPlans(reading, [plan, ...(baseline ? [baseline.plan] : [])]);
    const before: SummedPathRequest | undefined = baseline && { ...common, ...baseline };
    return summedPath(reading, { ...common, plan, range }, before);
  });
}

function readPlan(parameters: Parameters, name: string): MatchPlan | undefined {
  const query = parameters.traceql(name);
  return query === undefined ? undefined : refusing(() => planMatches(query));
}

function readBaseline(parameters: Parameters, plan: MatchPlan): Baseline | undefined {
  const start = parameters.integer('baselineStart', SECONDS);
  const end = parameters.integer('baselineEnd', SECONDS);
  const other = readPlan(parameters, 'baselineQ');
  if (start === 0 && end === 0) {
    if (other !== undefined) {
      throw invalid('baselineQ', 'needs a time; give baselineStart and baselineEnd in Unix seconds');
    }
    return undefined;
  }
  if (start === 0 || end === 0) {
    const missing = start === 0 ? 'baselineStart' : 'baselineEnd';
    throw invalid(missing, 'is missing; give both baselineStart and baselineEnd in Unix seconds');
  }
  if (start >= end) {
    throw invalid('baselineStart', `is ${start}, which is not before baselineEnd, ${end}`);
  }
  return { plan: other ?? plan, range: { startNs: BigInt(start) * SECOND_NS, endNs: BigInt(end) * SECOND_NS } };
}

async function checkPlans(engine: Engine, plans: readonly MatchPlan[]): Promise<void> {
  await checkPatterns(
    engine,
    plans.flatMap((plan) =>
      plan.kind === 'condition' ? [plan.condition] : [plan.search.candidates, ...plan.search.bits]
    )
  );
}
