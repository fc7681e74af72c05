/**
 * `npm run test:faults [-- --only disk-full,overload --require]`: faults of the machine and of the load, on a running
 * store as a user starts it. Each scenario prints one JSON line; the exit code is 1 when a check failed, and with
 * `--require` also when a scenario could not run here (disk-full has to mount a tmpfs).
 */
import { parseArgs } from 'node:util';

import { within } from './lib/waiting.ts';
import { badSegment } from './faults/bad-segment.ts';
import { diskFull } from './faults/disk-full.ts';
import { overload } from './faults/overload.ts';
import { Report } from './faults/report.ts';
import { stop } from './faults/stop.ts';
import { torn } from './faults/torn.ts';

const SCENARIOS: Readonly<Record<string, (report: Report) => Promise<void>>> = {
  'disk-full': diskFull,
  overload,
  stop,
  torn,
  'bad-segment': badSegment,
};
const SCENARIO_WITHIN_MS = 180_000;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(SCENARIOS).join(',') },
    require: { type: 'boolean', default: false },
  },
});
const chosen = values.only.split(',');
const unknown = chosen.filter((name) => !(name in SCENARIOS));
if (unknown.length > 0) {
  throw new Error(`--only ${unknown.join(',')}: the scenarios are ${Object.keys(SCENARIOS).join(', ')}`);
}
let failed = false;
let running: Report | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void running?.cleanUp().finally(() => process.exit(130)));
}
for (const name of chosen) {
  const report = new Report(name);
  running = report;
  await report.run((one) => within(`scenario ${name}`, SCENARIO_WITHIN_MS, SCENARIOS[name](one)));
  process.stdout.write(`${report.line()}\n`);
  failed ||= report.outcome === 'failed' || (values.require && report.outcome === 'not run');
}
// A request that never got its answer must not keep the process.
process.exit(failed ? 1 : 0);
