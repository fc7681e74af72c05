import { Histogram, type Registry } from 'prom-client';

/** Takes the time of each answered query. */
export type ObserveQuery = (route: string, status: number, seconds: number) => void;

/** Query times by route, as its path is written in the docs, and by status class (`2xx`). */
export function registerQueryMetrics(registry: Registry): ObserveQuery {
  const seconds = new Histogram({
    name: 'clew_query_seconds',
    help: 'From the request received to its answer sent.',
    labelNames: ['route', 'status'],
    buckets: [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  });
  return (route, status, took) => seconds.observe({ route, status: `${Math.floor(status / 100)}xx` }, took);
}
