import { parseArgs } from 'node:util';

import { benchIngest } from './ingest.ts';

const USAGE = `npm run bench -- ingest [--seconds N]

One JSON line a measurement. Start nothing else on the machine meanwhile.
`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '60' }, help: { type: 'boolean', default: false } },
});
const [name] = positionals;
if (values.help || name !== 'ingest') {
  process.stderr.write(USAGE);
  process.exit(values.help ? 0 : 2);
}
process.stdout.write(`${JSON.stringify(await benchIngest(Number(values.seconds)))}\n`);
