import { openFilled, type Contents, type FilledOptions } from './lib/filled.ts';
import { get } from './lib/http.ts';
import { quantiles } from './lib/numbers.ts';
import { TOPOLOGY } from './lib/pool.ts';
import type { Report } from './lib/report.ts';

interface Question {
  readonly what: string;
  /** Path and parameters but for the time range. */
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly goal: 'structural' | 'metric' | 'tagValues' | undefined;
}

const REPEATS = 20;

/**
 * How long TraceQL takes over everything that is stored: what needs trees, metrics over the whole range, and values of
 * tags. Each question is asked once to warm up and then twenty times, one at a time. A peer that speaks Tempo's API is
 * asked the same.
 */
export async function benchTraceql(options: FilledOptions, report: Report): Promise<void> {
  const store = await openFilled(options, report);
  try {
    const range = rangeOf(store.contents);
    for (const question of questions()) {
      for (const target of store.targets) {
        const parameters = new URLSearchParams({ ...question.parameters, ...range });
        const url = `${target.queryUrl}${question.path}?${parameters}`;
        const ms: number[] = [];
        let failed = (await get(url, 'application/json')).status === 200 ? 0 : 1;
        let bytes = 0;
        for (let count = 0; count < REPEATS; count++) {
          const reply = await get(url, 'application/json');
          failed += reply.status === 200 ? 0 : 1;
          bytes = reply.body.length;
          ms.push(reply.lastByteMs);
        }
        report.line({ target: target.name, what: question.what, ms: quantiles(ms), bytes, failed });
        if (target === store.clew) {
          report.goal('answered', failed, question.what);
          if (question.goal) {
            report.goal(question.goal, quantiles(ms).p95, question.what);
          }
        }
      }
    }
  } finally {
    await store.close();
  }
}

function questions(): Question[] {
  const [first, second] = TOPOLOGY.services.map(({ name }) => name);
  const search = (what: string, q: string, goal: Question['goal'] = 'structural'): Question => {
    return { what, path: '/api/search', parameters: { q, limit: '20' }, goal };
  };
  const metric = (q: string): Question => {
    return { what: q, path: '/api/metrics/query_range', parameters: { q }, goal: 'metric' };
  };
  const values = (tag: string): Question => {
    return { what: `values of ${tag}`, path: `/api/v2/search/tag/${tag}/values`, parameters: {}, goal: 'tagValues' };
  };
  return [
    search('descendants', `{ resource.service.name = "${first}" } >> { status = error }`),
    search('not descendants', `{ resource.service.name = "${second}" } !>> { status = error }`),
    search('both of descendants', `{ kind = server } &>> { kind = client && status = error }`),
    search('descendants that there are none of', `{ name = "nobody" } >> { status = error }`),
    search('traces without', `{ status = error } && !{ resource.service.name = "${second}" }`),
    search('aggregate', '{ kind = client } | count() > 20'),
    metric('{} | rate() by (resource.service.name)'),
    metric('{} | quantile_over_time(duration, .99) by (name)'),
    values('resource.service.name'),
    values('span.http.request.method'),
    values('name'),
  ];
}

function rangeOf({ startNs, hours }: Contents): { start: string; end: string } {
  const start = Math.floor(Number(BigInt(startNs) / 1_000_000_000n));
  return { start: String(start), end: String(start + Math.ceil(hours * 3600)) };
}
