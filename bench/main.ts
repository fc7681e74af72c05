import { parseArgs } from 'node:util';

import { benchAnalysis } from './analysis.ts';
import { benchEngineShare } from './engine-share.ts';
import { benchIngest } from './ingest.ts';
import { closeConnections } from './lib/http.ts';
import { Report } from './lib/report.ts';
import { parsePeer, UsageError } from './lib/targets.ts';
import { benchLookup } from './lookup.ts';
import { benchMemory } from './memory.ts';
import { benchPages } from './pages.ts';
import { benchRender } from './render.ts';
import { benchSearch } from './search.ts';
import { benchTraceql } from './traceql.ts';

const USAGE = `npm run bench -- <what>

  ingest        [--seconds 60] [--rate N] [--peer …]          how fast and at what cost spans get in
  engine-share  [--spans 3000000] [--repeat 2]                what the pipeline costs on top of the engine
  lookup        [--spans 10000000] [--data DIR] [--hours 24] [--count 300] [--peer …]   trace by id
  search        [--spans 10000000] [--data DIR] [--hours 24] [--peer …]                 search
  traceql       [--spans 10000000] [--data DIR] [--hours 24] [--peer …]                 trees, metrics, values of tags
  memory        [--minutes 10] [--rate 10000]                 whether memory stays bounded
  render        [--spans 1000000]                             the waterfall in a browser, beside Grafana's trace view
  pages         [--spans 10000000] [--data DIR] [--hours 24]    the app's pages, metrics made of spans, logs on a trace
  analysis      [--spans 1000000]                             tree, analysis and findings; critical paths of many traces

  --data DIR    fill DIR once and use it again; without it a temporary folder is filled and removed
  --hours N     over how many hours, up to now, the spans' times are spread
  --peer NAME=otlpUrl,queryUrl[,pid[,dataDir]]   may be repeated; NAME begins with tempo or jaeger

One JSON line a measurement. Exit code 1 where a goal is missed, with a line that says which. docs/benchmarks.md says
what each measures. Start nothing else on the machine meanwhile.
`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string' },
    spans: { type: 'string' },
    repeat: { type: 'string', default: '2' },
    data: { type: 'string' },
    hours: { type: 'string', default: '24' },
    count: { type: 'string', default: '300' },
    minutes: { type: 'string', default: '10' },
    peer: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', default: false },
  },
});

function number(
  name: 'seconds' | 'rate' | 'spans' | 'repeat' | 'hours' | 'count' | 'minutes',
  fallback?: number
): number {
  const given = values[name] ?? fallback;
  const value = Number(given);
  if (!(value > 0)) {
    throw new UsageError(`--${name} ${given}: give a number above 0`);
  }
  return value;
}

const filled = () => ({
  spans: number('spans', 10_000_000),
  hours: number('hours'),
  data: values.data,
  peers: values.peer.map(parsePeer),
});

const BENCHES: Readonly<Record<string, (report: Report) => Promise<void>>> = {
  ingest: (report) =>
    benchIngest(
      {
        seconds: number('seconds'),
        rate: values.rate === undefined ? 0 : number('rate'),
        peers: values.peer.map(parsePeer),
      },
      report
    ),
  'engine-share': (report) => benchEngineShare({ spans: number('spans', 3_000_000), repeat: number('repeat') }, report),
  lookup: (report) => benchLookup({ ...filled(), count: number('count') }, report),
  search: (report) => benchSearch(filled(), report),
  traceql: (report) => benchTraceql(filled(), report),
  render: (report) => benchRender(number('spans', 1_000_000), report),
  pages: (report) => benchPages(filled(), report),
  analysis: (report) => benchAnalysis(number('spans', 1_000_000), report),
  memory: (report) => benchMemory({ minutes: number('minutes'), rate: number('rate', 10_000) }, report),
};

const [name = ''] = positionals;
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (values.help || !bench) {
  process.stderr.write(USAGE);
  process.exit(values.help ? 0 : 2);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => process.exit(130));
}
const report = new Report(name);
try {
  await bench(report);
  process.exitCode = report.finish();
} catch (error) {
  if (!(error instanceof UsageError)) {
    throw error;
  }
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
} finally {
  closeConnections();
}
