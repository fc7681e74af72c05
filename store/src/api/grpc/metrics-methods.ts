import { given, range, type Method, type QuerierCall } from './method.ts';
import { QUERY_INSTANT_REQUEST, QUERY_INSTANT_RESPONSE, QUERY_RANGE_REQUEST, QUERY_RANGE_RESPONSE } from './tempopb.ts';

type Answer = (engine: QuerierCall['engine'], tenant: string, parameters: QuerierCall['parameters']) => Promise<object>;

/** The methods for metrics, by what answers /api/metrics/query_range and /api/metrics/query. Times are nanoseconds. */
export const metricsMethods = (answerRange: Answer, answerInstant: Answer): readonly Method[] => [
  {
    name: 'MetricsQueryRange',
    request: QUERY_RANGE_REQUEST,
    response: QUERY_RANGE_RESPONSE,
    list: 'series',
    parameters: (request) => ({
      ...range(request),
      q: request.query,
      step: given(request.step, 'ns'),
      exemplars: given(request.exemplars),
      maxSeries: given(request.maxSeries),
    }),
    answer: ({ engine, tenant, parameters }) => answerRange(engine, tenant, parameters),
  },
  {
    // In one message: Grafana keeps the last and forgets those before it.
    name: 'MetricsQueryInstant',
    request: QUERY_INSTANT_REQUEST,
    response: QUERY_INSTANT_RESPONSE,
    parameters: (request) => ({ ...range(request), q: request.query }),
    answer: ({ engine, tenant, parameters }) => answerInstant(engine, tenant, parameters),
  },
];
