import { createServer, type Server } from 'node:net';
import { SERVICES } from '../shop/topology.ts';

/** Every listener of a run: the option that moves it, its default, what listens there. */
export const LISTENERS = {
  otlpGrpc: { option: 'otlp-grpc-port', port: 4317, count: 1, what: 'store, OTLP over gRPC' },
  otlpHttp: { option: 'otlp-http-port', port: 4318, count: 1, what: 'store, OTLP over HTTP' },
  query: { option: 'query-port', port: 3200, count: 1, what: 'store, query API' },
  admin: { option: 'admin-port', port: 3201, count: 1, what: 'store, admin' },
  shop: { option: 'shop-port', port: 8080, count: SERVICES.length, what: 'shop, one port per service from here on' },
  shopControl: { option: 'shop-control-port', port: 8099, count: 1, what: 'shop, metrics and scenarios' },
  prometheus: { option: 'prometheus-port', port: 9090, count: 1, what: 'Prometheus' },
  loki: { option: 'loki-port', port: 3100, count: 1, what: 'Loki' },
  lokiGrpc: { option: 'loki-grpc-port', port: 9096, count: 1, what: 'Loki, gRPC to itself' },
  grafana: { option: 'grafana-port', port: 3000, count: 1, what: 'Grafana' },
} as const;

export type ListenerName = keyof typeof LISTENERS;
export const LISTENER_NAMES = Object.keys(LISTENERS).filter((name): name is ListenerName => name in LISTENERS);
export type Ports = Record<ListenerName, number>;

const HOST = '127.0.0.1';

/** Ports that cannot be had, one line each with the option to change; empty when all are free. */
export async function portTroubles(ports: Ports, used: readonly ListenerName[]): Promise<string[]> {
  const troubles: string[] = [];
  const held: Server[] = [];
  // All are held until the end, so that one port given twice is found too.
  for (const name of used) {
    const { option, what, count } = LISTENERS[name];
    for (let port = ports[name]; port < ports[name] + count; port++) {
      const outcome = await hold(port);
      if (typeof outcome === 'string') {
        troubles.push(`port ${port} (${what}): ${outcome}; choose another with --${option} or --port-offset`);
      } else {
        held.push(outcome);
      }
    }
  }
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  return troubles;
}

/** A listener on the port, or why there is none. */
function hold(port: number): Promise<Server | string> {
  if (port > 65535) {
    return Promise.resolve('is above 65535');
  }
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'EADDRINUSE' ? 'is already in use' : `cannot be had: ${error.message}`)
    );
    server.listen({ port, host: HOST, exclusive: true }, () => resolve(server));
  });
}
