import type { FastifyInstance } from 'fastify';

import type { QueryServerDependencies } from '../dependencies.ts';

/** GET /: for the person who opens the port in a browser. */
export function homeRoute(server: FastifyInstance, { version, status }: QueryServerDependencies): void {
  server.get('/', (_request, reply) => {
    const { otlp } = status();
    return reply.type('text/plain; charset=utf-8')
      .send(`Clew ${version}, the query listener: point Grafana's datasource here.

  GET /api/v2/traces/{id}                      one trace; protobuf with Accept: application/protobuf
  GET /api/traces/{id}                         the same in Tempo's first form
  GET /api/search?q=&start=&end=&limit=&spss=  traces by TraceQL
  GET /api/metrics/query_range?q=&start=&step= time series by TraceQL
  GET /api/metrics/query?q=&start=&end=        one value by TraceQL for the whole range
  GET /api/search/tags                         names of attributes
  GET /api/v2/search/tags?scope=               names of attributes by scope
  GET /api/search/tag/{tag}/values             values of an attribute
  GET /api/v2/search/tag/{scope.tag}/values    values of an attribute, with their types
  GET /api/echo                                whether the listener is there
  GET /api/status/buildinfo                    the version
  GET /clew/v1/search/stream?q=                a search, line by line as it is found
  GET /clew/v1/traces/{id}                     how large a trace is, and its root
  GET /clew/v1/traces/{id}/findings            what is wrong with it
  GET /clew/v1/traces/{id}/analysis            where its time goes: critical path, groups, services
  GET /clew/v1/traces/{id}/frame               the skeleton of a trace, in columns
  GET /clew/v1/traces/{id}/spans?span=&span=   some of its spans, whole
  GET /clew/v1/traces/{id}/matches?q=          which of its spans a query yields, a bit a row
  GET /clew/v1/traces/{id}/column?key=         one attribute of each row
  GET /clew/v1/traces/{id}/keys                attributes that its spans have
  GET /clew/v1/traces/{id}/losses              what of it was refused or cut
  GET /clew/v1/traces/{id}/pin                 what keeps it beyond retention; PUT and DELETE keep it by hand
  GET /clew/v1/pins                            traces that are kept
  GET /clew/v1/exemplars                       links from metrics: which lead to a trace, and why others do not
  GET /clew/v1/critical-path?q=&start=&end=    where critical paths of traces spend their time
  GET /clew/v1/service-map?q=&start=&end=      who calls whom in the traces of a query
  GET /clew/v1/compare?a=&b=                   what differs between traces, path by path
  GET /clew/v1/span-differences?q=&start=&end= what some spans have in common that others lack
  GET /clew/v1/dependencies?service=           who calls a service, and whom it calls
  GET /clew/v1/services?start=&end=            services seen
  GET /clew/v1/status                          what is stored

On the same port, over HTTP/2 without TLS, gRPC answers tempopb.StreamingQuerier: search, tags and metrics as they are found.
Spans go to ${otlp.grpc} (OTLP over gRPC) and http://${otlp.http}/v1/traces (OTLP over HTTP).
`);
  });
}
