/**
 * `npm run test:component [-- playwright's arguments]`: the viewer in a browser on a page without Grafana, with a store of its
 * own behind it that has traces of every shape.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { serveHostPage } from '../bench/lib/host-page.ts';
import { sendShape } from '../bench/lib/send-shape.ts';
import { startClew } from '../bench/lib/targets.ts';
import { deep, large, long, one, soup, wide, type TraceShape } from '../bench/lib/trace-shapes.ts';

const SOUPS = 30;

const shapes: Readonly<Record<string, TraceShape>> = {
  one: one(),
  fifty: large(50),
  tenThousand: large(10_000),
  million: large(1_000_000),
  wide: wide(200_000),
  deep: deep(10_000),
  long: long(2_000),
  ...Object.fromEntries(Array.from({ length: SOUPS }, (_, seed) => [`soup${seed}`, soup(seed + 1)])),
};

async function run(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'clew-component-'));
  const clew = await startClew();
  try {
    for (const shape of Object.values(shapes)) {
      await sendShape(clew.otlpUrl, clew.queryUrl, shape);
    }
    const host = await serveHostPage(clew.store.query, folder);
    try {
      return await runTests({
        CLEW_HOST_URL: host.url,
        CLEW_TRACES: JSON.stringify(
          Object.fromEntries(Object.entries(shapes).map(([name, { traceId, spans }]) => [name, { traceId, spans }]))
        ),
      });
    } finally {
      host.close();
    }
  } finally {
    await clew.store.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function runTests(env: Record<string, string>): Promise<number> {
  const config = resolve('tests/component/playwright.config.ts');
  const playwright = spawn(
    resolve('node_modules/.bin/playwright'),
    ['test', '--config', config, ...process.argv.slice(2)],
    {
      stdio: 'inherit',
      env: { ...process.env, ...env },
    }
  );
  return new Promise((done) => playwright.once('close', (code) => done(code ?? 1)));
}

process.exit(await run());
