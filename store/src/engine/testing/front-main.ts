/**
 * `node front-main.ts FOLDER [PORT]`: clickhouse-front.ts in a process of its own, on 127.0.0.1. Prints its port once it
 * listens. On its standard input, a line each: `fault NAME`, `fault` (none), `seen` (prints the requests since the last
 * one as JSON). Ends when its standard input does.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';

import { ClickHouseFront, type Fault } from './clickhouse-front.ts';

const FAULTS: readonly string[] = ['refuse', 'hang', 'drop-after-insert', 'late-error', 'reset'] satisfies Fault[];
const isFault = (text: string): text is Fault => FAULTS.includes(text);

const [path, port = '0'] = process.argv.slice(2);
const front = new ClickHouseFront({
  path,
  user: process.env.FRONT_USER ?? 'default',
  password: process.env.FRONT_PASSWORD ?? '',
});
front.server.listen(Number(port), '127.0.0.1');
await once(front.server, 'listening');
process.stdout.write(`${(front.server.address() as AddressInfo).port}\n`);

for await (const line of createInterface(process.stdin)) {
  const [command, argument = ''] = line.split(' ');
  if (command === 'fault') {
    front.fault = isFault(argument) ? argument : undefined;
    process.stdout.write(`${argument || 'none'}\n`);
  } else if (command === 'seen') {
    process.stdout.write(`${JSON.stringify(front.takeSeen())}\n`);
  }
}
await front.close();
process.exit(0);
