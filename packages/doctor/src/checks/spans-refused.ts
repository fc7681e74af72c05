import { readStoreStatus, type StoreStatus } from '../samples/store.ts';
import type { Check, Verdict } from '../types.ts';
import { storeOf } from './store-datasource.ts';
import { count, duration, failed, ok, unknown, warning } from './verdicts.ts';

/** What was refused longer ago than this is history. */
const LATELY_MS = 15 * 60_000;
/** From this share of all on, refusals are a failure. */
const FAILING_SHARE = 0.05;

/** What each reason means, and what is to be done (docs/store.md lists them). */
const REASONS: Readonly<Record<string, { readonly what: string; readonly step: string }>> = {
  bad_trace_id: {
    what: 'spans whose trace id is not 16 bytes',
    step: 'Mend the client: a trace id is 16 bytes, not all zero.',
  },
  bad_span_id: {
    what: 'spans whose span id is not 8 bytes',
    step: 'Mend the client: a span id is 8 bytes, not all zero.',
  },
  bad_parent_span_id: {
    what: 'spans whose parent’s id is not 8 bytes',
    step: 'Mend the client: a parent’s span id is 8 bytes, or none.',
  },
  span_too_large: { what: 'spans that are too large', step: 'Send smaller spans, or raise CLEW_MAX_SPAN_BYTES.' },
  malformed_span: {
    what: 'spans that cannot be read',
    step: 'Mend the client: the answer to its request names the field.',
  },
  malformed: {
    what: 'requests that are not OTLP',
    step: 'Send OTLP: Jaeger’s or Zipkin’s format goes through a collector.',
  },
  content_type: {
    what: 'requests of another content type',
    step: 'Send application/x-protobuf or application/json, with the exporter otlp or otlphttp.',
  },
  content_encoding: { what: 'requests of another encoding', step: 'Send it bare, or as gzip, zstd, deflate or br.' },
  too_large: {
    what: 'requests that are too large',
    step: 'Set send_batch_max_size of the collector’s batch processor, or raise CLEW_MAX_REQUEST_BYTES.',
  },
  unauthenticated: {
    what: 'requests without the right token',
    step: 'Let the exporter send the header Authorization: Bearer and the value of CLEW_INGEST_TOKEN.',
  },
  no_tenant: { what: 'requests without a tenant', step: 'Let the exporter send the header X-Scope-OrgID.' },
  rate: {
    what: 'requests beyond the tenant’s rate',
    step: 'Sample more, or raise CLEW_MAX_SPANS_PER_SECOND and CLEW_MAX_BYTES_PER_SECOND. Clients send them again.',
  },
  busy: {
    what: 'requests while too much was under way',
    step: 'Give the store more memory and raise CLEW_MAX_INFLIGHT_BYTES.',
  },
  backlog: {
    what: 'requests while the engine was behind',
    step: 'Look at the disk and the engine: it does not keep up. Raise CLEW_JOURNAL_BYTES for bursts.',
  },
  journal: { what: 'requests that the disk did not take', step: 'Look at the store’s disk: it is full, or fails.' },
  closing: { what: 'requests while the store stopped', step: 'Nothing: clients send them again.' },
};

export const spansRefused: Check = {
  id: 'spans-refused',
  area: 'store',
  title: 'No spans are refused',
  needs: ['store-reachable'],
  run: async (context) => {
    const { status, answeredMs } = await readStoreStatus(context, storeOf(context));
    return [status ? judged(status, status.nowMs ?? answeredMs) : unknown('The store gave no status.')];
  },
};

function judged({ refused, lastRefusedMs, receivedSpans, uptimeSeconds }: StoreStatus, nowMs: number): Verdict {
  const since = duration(uptimeSeconds * 1000);
  const reasons = Object.entries(refused).filter(([, number]) => number > 0);
  if (reasons.length === 0) {
    return receivedSpans === 0
      ? unknown(`Nothing was received since the store’s start ${since} ago, so nothing could be refused.`)
      : ok(`None since the store’s start ${since} ago; ${count(receivedSpans, 'span')} were taken.`);
  }
  const evidence = reasons.map(([reason, number]) => {
    const ago = lastRefusedMs[reason] === undefined ? '' : `, last ${duration(nowMs - lastRefusedMs[reason])} ago`;
    return `${reason}: ${number.toLocaleString('en')} ${REASONS[reason]?.what ?? ''}`.trimEnd() + ago;
  });
  // A store that does not tell when: taken as lately.
  const lately = reasons.filter(([reason]) => nowMs - (lastRefusedMs[reason] ?? nowMs) <= LATELY_MS);
  const all = reasons.reduce((sum, [, number]) => sum + number, 0);
  if (lately.length === 0) {
    return ok(`None in the last 15 minutes; ${all.toLocaleString('en')} before, since the start ${since} ago.`, {
      evidence,
    });
  }
  const remedy = {
    summary: 'Each reason has its own cure; the answers to the requests name the first span and field.',
    steps: lately.map(([reason]) => REASONS[reason]?.step ?? `See ${reason} in docs/store.md.`),
  };
  const recent = lately.reduce((sum, [, number]) => sum + number, 0);
  const told = lately.map(([reason, number]) => `${reason} ${number.toLocaleString('en')}`).join(', ');
  const sentence = `The store refuses spans or requests: ${told} since its start ${since} ago, the last within 15 minutes.`;
  const more = { evidence, remedy };
  return recent / (recent + receivedSpans) >= FAILING_SHARE ? failed(sentence, more) : warning(sentence, more);
}
