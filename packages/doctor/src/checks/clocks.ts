import { proxied } from '../grafana.ts';
import { isRecord } from '../inventory.ts';
import { readStoreServices, readStoreStatus } from '../samples/store.ts';
import type { Check, DoctorContext, Verdict } from '../types.ts';
import { storeOf } from './store-datasource.ts';
import { duration, names, ok, unknown, warning } from './verdicts.ts';

/** Below this a link still leads to the right time: Grafana's own shifts are in minutes, scrapes in seconds. */
const TOLERATED_MS = 5_000;
/** Traces that are looked at for clocks that disagree. */
const TRACES = 3;

export const clocks: Check = {
  id: 'clocks',
  area: 'store',
  title: 'Clocks agree',
  needs: ['store-reachable'],
  run: async (context) => {
    const [own, ahead, between] = await Promise.all([
      storeClock(context),
      servicesAhead(context),
      // The store’s own clock is known without them, and they take a moment under load.
      skewedTraces(context).catch(() => []),
    ]);
    const verdicts = [...own, ...ahead, ...between];
    return verdicts.length > 0 ? verdicts : [unknown('There is neither a clock nor a span to compare.')];
  },
};

/** The store's clock against that of the machine on which the doctor (or its browser) runs, within half of the round trip. */
async function storeClock(context: DoctorContext): Promise<Verdict[]> {
  const { status, askedMs, answeredMs } = await readStoreStatus(context, storeOf(context));
  if (status?.nowMs === undefined) {
    return [unknown('This store does not tell what time it is for it.')];
  }
  const offsetMs = status.nowMs - (askedMs + answeredMs) / 2;
  const uncertainMs = (answeredMs - askedMs) / 2;
  if (Math.abs(offsetMs) - uncertainMs <= TOLERATED_MS) {
    return [ok(`The store’s clock is within ${duration(Math.abs(offsetMs) + uncertainMs)} of this machine’s.`)];
  }
  const side = offsetMs > 0 ? 'ahead of' : 'behind';
  return [
    warning(`The store’s clock is ${duration(offsetMs)} ${side} the clock of the machine that asks.`, {
      remedy: {
        summary: 'Links carry a range of time, and retention goes by the store’s clock: both need clocks that agree.',
        steps: ['Let NTP (chrony, systemd-timesyncd) set the clock of the store’s host, or of this machine.'],
      },
    }),
  ];
}

/** Services with spans that begin later than it is for the store. */
async function servicesAhead(context: DoctorContext): Promise<Verdict[]> {
  const store = storeOf(context);
  const [{ status, answeredMs }, services] = await Promise.all([
    readStoreStatus(context, store),
    readStoreServices(context, store),
  ]);
  const nowMs = status?.nowMs ?? answeredMs;
  const ahead = (services ?? [])
    .filter(({ lastSeenMs }) => lastSeenMs - nowMs > TOLERATED_MS)
    .map(({ name, lastSeenMs }) => `${name} (${duration(lastSeenMs - nowMs)})`);
  return ahead.length === 0
    ? []
    : [
        warning(`Spans from the future: the clocks of these services are ahead of the store’s: ${names(ahead)}.`, {
          remedy: {
            summary: 'Spans of the future are not found by searches that end now.',
            steps: ['Let NTP set the clocks of the hosts of these services.'],
          },
        }),
      ];
}

/** What the store says of the clocks within the newest traces (docs/findings.md, `clock-skew`). */
async function skewedTraces(context: DoctorContext): Promise<Verdict[]> {
  const store = storeOf(context);
  const { fromMs, toMs } = context.range;
  const range = { start: Math.floor(fromMs / 1000), end: Math.ceil(toMs / 1000) };
  const found = await context.call(proxied(store.uid, 'api/search', { q: '{ }', limit: TRACES, ...range }));
  const traces = isRecord(found.data) && Array.isArray(found.data.traces) ? found.data.traces.filter(isRecord) : [];
  const findings = await Promise.all(
    traces.map(async ({ traceID }) => {
      const { data } = await context.call(proxied(store.uid, `clew/v1/traces/${String(traceID)}/findings`));
      const all = isRecord(data) && Array.isArray(data.findings) ? data.findings.filter(isRecord) : [];
      const skew = all.find(({ kind }) => kind === 'clock-skew');
      return skew ? [`${String(traceID)}: ${String(skew.detail ?? skew.title)}`] : [];
    })
  );
  const evidence = findings.flat();
  return evidence.length === 0
    ? []
    : [
        warning(`Clocks of services disagree in ${evidence.length} of the ${traces.length} newest traces.`, {
          evidence,
          remedy: {
            summary: 'Views correct it as far as they can; durations across services stay uncertain.',
            steps: ['Let NTP set the clocks of the hosts of the services named.'],
          },
        }),
      ];
}
