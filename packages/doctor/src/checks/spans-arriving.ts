import { readStoreServices, readStoreStatus, type StoreService, type StoreStatus } from '../samples/store.ts';
import type { Check, Remedy, Verdict } from '../types.ts';
import { storeOf } from './store-datasource.ts';
import { count, duration, failed, lookBack, names, ok, unknown, warning } from './verdicts.ts';

/** Without a span for this long the store itself is idle. */
const IDLE_MS = 5 * 60_000;
/** A service that is silent for this long while others send. */
const SILENT_MS = 15 * 60_000;

export const spansArriving: Check = {
  id: 'spans-arriving',
  area: 'store',
  title: 'Spans arrive',
  needs: ['store-reachable'],
  run: async (context) => {
    const store = storeOf(context);
    const [{ status, answeredMs }, services] = await Promise.all([
      readStoreStatus(context, store),
      readStoreServices(context, store),
    ]);
    if (!status || !services) {
      return [unknown('The store does not tell which services send spans.')];
    }
    return [judged(status, services, status.nowMs ?? answeredMs, lookBack(context))];
  },
};

function judged(status: StoreStatus, services: readonly StoreService[], nowMs: number, within: string): Verdict {
  if (status.newestMs === undefined) {
    const refused = Object.values(status.refused).reduce((sum, number) => sum + number, 0);
    const also = refused > 0 ? ` It refused ${refused.toLocaleString('en')}: see “No spans are refused”.` : '';
    return failed(`The store has no span at all.${also}`, { remedy: send(status) });
  }
  const spans = services.reduce((sum, service) => sum + service.spans, 0);
  // Of spans from the future it is unknown when they came; a clock that is ahead has a check of its own.
  const newestMs = Math.min(nowMs, Math.max(status.newestMs, ...services.map(({ lastSeenMs }) => lastSeenMs)));
  const age = duration(nowMs - newestMs);
  if (spans === 0) {
    return failed(`No spans in ${within}; the newest began ${age} ago.`, {
      remedy: send(status),
    });
  }
  const evidence = services.slice(0, 10).map(({ name, spans: own }) => `${name}: ${count(own, 'span')}`);
  if (nowMs - newestMs > IDLE_MS) {
    return warning(`The newest span began ${age} ago. Nothing has come since.`, { evidence, remedy: send(status) });
  }
  const silent = services.filter(({ lastSeenMs }) => newestMs - lastSeenMs > SILENT_MS);
  if (silent.length > 0) {
    const told = silent.map(({ name, lastSeenMs }) => `${name} (${duration(nowMs - lastSeenMs)})`);
    return warning(`Spans arrive, but not of every service. Silent for more than 15 minutes: ${names(told)}.`, {
      evidence,
      remedy: {
        summary: 'A service without requests sends no spans. One with requests has lost its way to the store.',
        steps: ['Look in the services’ logs for errors of their OTLP exporter.'],
      },
    });
  }
  const from = count(services.length, 'service');
  return ok(`${count(spans, 'span')} of ${from} in ${within}, the newest ${age} ago.`, {
    evidence,
  });
}

/** Where spans go: the collector's half of it, with the ports that the store listens on. */
function send({ otlp }: StoreStatus): Remedy {
  const port = /:(\d+)$/.exec(otlp.grpc)?.[1] ?? '4317';
  return {
    summary: `Services or a collector have to send OTLP to the store: gRPC at ${otlp.grpc}, HTTP at ${otlp.http}/v1/traces, as it sees itself.`,
    file: {
      name: 'otel-collector.yaml',
      text: [
        '# Put the store’s host in.',
        'receivers:',
        '  otlp:',
        '    protocols:',
        '      grpc:',
        '      http:',
        'exporters:',
        '  otlp/clew:',
        `    endpoint: clew:${port}`,
        '    tls:',
        '      insecure: true',
        'service:',
        '  pipelines:',
        '    traces:',
        '      receivers: [otlp]',
        '      exporters: [otlp/clew]',
        '',
      ].join('\n'),
    },
  };
}
