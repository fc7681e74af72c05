import type { Browser, Page } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { fluencyOf, newPage, startBrowser, tabMemory } from './lib/browser.ts';
import { startGrafana } from './lib/grafana.ts';
import { serveHostPage } from './lib/host-page.ts';
import { round } from './lib/numbers.ts';
import type { Report } from './lib/report.ts';
import { sendShape } from './lib/send-shape.ts';
import { startClew } from './lib/targets.ts';
import { deep, large, long, wide, type TraceShape } from './lib/trace-shapes.ts';

const REFERENCE_SPANS = [1_000, 10_000, 100_000];
const REPEATS = 3;
const OPENS_WITHIN_MS = 120_000;
const WATERFALL = '[data-testid="data-testid clew-waterfall"]';
const ROWS = '[role=treegrid] tbody tr';

/**
 * How long a trace takes to be seen, how fluent it is then, and what the tab takes: in headless Chromium, on a page without
 * Grafana, and for up to 100 000 spans in Explore beside Grafana's own trace view, on the same trace of the same store.
 */
export async function benchRender(spans: number, report: Report): Promise<void> {
  const clew = await startClew();
  const folder = mkdtempSync(join(tmpdir(), 'clew-bench-page-'));
  try {
    const send = async (shape: TraceShape) => {
      await sendShape(clew.otlpUrl, clew.queryUrl, shape);
      return shape;
    };
    const largest = await send(large(spans));
    const odd = [await send(wide(200_000)), await send(deep(10_000)), await send(long(2_000))];
    const references = [];
    for (const size of REFERENCE_SPANS) {
      references.push(await send(large(size)));
    }
    const host = await serveHostPage(clew.store.query, folder);
    const browser = await startBrowser();
    try {
      await million(browser, host.url, largest, report);
      for (const shape of odd) {
        await opens(browser, host.url, shape, report);
      }
      await beside(browser, Number(clew.store.query.split(':')[1]), references, report);
    } finally {
      await browser.close();
      host.close();
    }
  } finally {
    await clew.store.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The page is there, with a list of traces: a click opens one. */
async function choose(
  page: Page,
  hostUrl: string,
  { traceId }: TraceShape,
  folding: 'on' | 'off' = 'on'
): Promise<{ first: number; whole: number }> {
  await page.goto(`${hostUrl}?choose=${traceId}&folding=${folding}`);
  const choice = page.getByRole('button', { name: new RegExp(traceId) });
  await choice.waitFor();
  await choice.evaluate((button) => {
    button.addEventListener('click', () => Object.assign(window, { clewClick: performance.now() }), { capture: true });
  });
  await choice.click();
  const since = (selector: string) =>
    page
      .waitForFunction(
        (wanted) => {
          const { clewClick } = window as unknown as { clewClick?: number };
          return clewClick !== undefined && document.querySelector(wanted) ? performance.now() - clewClick : false;
        },
        selector,
        { polling: 'raf', timeout: OPENS_WITHIN_MS }
      )
      .then((handle) => handle.jsonValue() as Promise<number>);
  const [first, whole] = await Promise.all([since(ROWS), since(`${WATERFALL}[data-phase=done]`)]);
  return { first, whole };
}

async function million(browser: Browser, hostUrl: string, shape: TraceShape, report: Report): Promise<void> {
  const page = await newPage(browser);
  const { first, whole } = await choose(page, hostUrl, shape);
  report.line({ what: 'open', spans: shape.spans, firstPaintMs: round(first), wholeMs: round(whole) });
  report.goal('firstPaint', round(first), `${shape.spans} spans`);
  await page.waitForTimeout(3_000);
  const { processMib, heapMib } = await tabMemory(browser, page);
  report.line({ what: 'memory', spans: shape.spans, processMib: round(processMib), heapMib: round(heapMib) });
  report.goal('tabMemory', round(processMib), `${shape.spans} spans`);
  await searches(page, shape, report);
  await fluent(page, 'folded', [], report);
  await page.close();
  const plain = await newPage(browser);
  await choose(plain, hostUrl, shape, 'off');
  await plain.waitForTimeout(3_000);
  await fluent(plain, 'a row a span', [], report);
  await fluent(plain, 'all rows in view', ['v'], report);
  await plain.close();
}

async function fluent(page: Page, rows: string, keys: readonly string[], report: Report): Promise<void> {
  const canvas = page.locator(`${WATERFALL} canvas`).last();
  const box = (await canvas.boundingBox()) ?? { x: 0, y: 0, width: 1280, height: 600 };
  await page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2);
  for (const key of keys) {
    await page.locator(`${WATERFALL} [tabindex="0"]:has(canvas)`).focus();
    await page.keyboard.press(key);
    await page.waitForTimeout(1_500);
  }
  const wheel = async (modifier: string | undefined, delta: (step: number) => [number, number]) => {
    if (modifier) {
      await page.keyboard.down(modifier);
    }
    for (let step = 0; step < 120; step++) {
      await page.mouse.wheel(...delta(step));
      await page.waitForTimeout(8);
    }
    if (modifier) {
      await page.keyboard.up(modifier);
    }
  };
  const back = (step: number) => (step % 60 < 30 ? 1 : -1);
  const moves: Array<[string, () => Promise<void>]> = [
    ['scroll', () => wheel(undefined, (step) => [0, 400 * back(step)])],
    ['zoom', () => wheel('Control', (step) => [0, -60 * back(step)])],
    ['pan', () => wheel('Shift', (step) => [0, 80 * back(step)])],
  ];
  for (const [move, act] of moves) {
    const { framesPerSecond, slowestFrame, longestTask } = await fluencyOf(page, act);
    const of = `${move}, ${rows}`;
    report.line({
      what: of,
      framesPerSecond: round(framesPerSecond),
      slowestFrameMs: round(slowestFrame),
      longestTaskMs: round(longestTask),
    });
    report.goal('frames', round(framesPerSecond), of);
    report.goal('task', round(longestTask), of);
  }
}

async function searches(page: Page, shape: TraceShape, report: Report): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Find spans' });
  const counter = `${WATERFALL} [role=status][aria-label$=matches]`;
  for (const [what, text] of [
    ['text', 'nightly'],
    ['text of many', 'GET'],
    ['TraceQL on the skeleton', '{ name = "SELECT" }'],
    ['TraceQL on an attribute', '{ span.http.response.status_code >= 500 }'],
  ]) {
    await field.fill('');
    await page.waitForTimeout(400);
    const ms = await field.evaluate(
      (input: HTMLInputElement, { value, selector }) =>
        new Promise<number>((resolve) => {
          const setter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
          const from = performance.now();
          setter?.call(input, value);
          input.dispatchEvent(new Event('input', { bubbles: true }));
          const look = () => {
            const label = document.querySelector(selector)?.getAttribute('aria-label') ?? '';
            if (/\d/.test(label)) {
              resolve(performance.now() - from);
            } else {
              requestAnimationFrame(look);
            }
          };
          requestAnimationFrame(look);
        }),
      { value: text, selector: counter }
    );
    report.line({ what: `search: ${what}`, spans: shape.spans, ms: round(ms) });
    report.goal('found', round(ms), what);
  }
}

async function opens(browser: Browser, hostUrl: string, shape: TraceShape, report: Report): Promise<void> {
  const page = await newPage(browser);
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  const { first, whole } = await choose(page, hostUrl, shape);
  report.line({
    what: 'open',
    shape: shape.name,
    spans: shape.spans,
    firstPaintMs: round(first),
    wholeMs: round(whole),
    errors,
  });
  report.goal('firstPaint', round(whole), shape.name);
  await page.close();
}

/** Milliseconds from the request for the trace to the first frame that shows all of the rows in view; undefined if it never does. */
async function exploreMs(page: Page, url: string, request: RegExp, shown: string): Promise<number | undefined> {
  let sentAt: number | undefined;
  page.on('request', (asked) => {
    if (request.test(asked.url())) {
      sentAt ??= Date.now();
    }
  });
  await page.goto(url);
  try {
    const handle = await page.waitForFunction(
      (selector) => (document.querySelector(selector) ? Date.now() : false),
      shown,
      {
        polling: 'raf',
        timeout: OPENS_WITHIN_MS,
      }
    );
    const paintedAt = (await handle.jsonValue()) as number;
    return sentAt === undefined ? undefined : paintedAt - sentAt;
  } catch {
    return undefined;
  }
}

function explore(grafana: string, datasource: string, query: Record<string, unknown>): string {
  const pane = {
    datasource,
    queries: [{ refId: 'A', datasource: { uid: datasource }, ...query }],
    range: { from: 'now-1h', to: 'now' },
  };
  const params = new URLSearchParams({ schemaVersion: '1', orgId: '1', panes: JSON.stringify({ abc: pane }) });
  return `${grafana}/explore?${params}`;
}

/** Shows a trace in the waterfall alone. */
async function addDatasource(grafanaUrl: string, storePort: number): Promise<void> {
  const datasource = {
    uid: 'clew-alone',
    name: 'Clew alone',
    type: 'clew-traces-datasource',
    access: 'proxy',
    url: `http://127.0.0.1:${storePort}`,
    jsonData: { traceView: 'clew' },
  };
  const { ok, status } = await fetch(`${grafanaUrl}/api/datasources`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(datasource),
  });
  if (!ok) {
    throw new Error(`Grafana does not take a datasource: ${status}`);
  }
}

async function beside(
  browser: Browser,
  storePort: number,
  shapes: readonly TraceShape[],
  report: Report
): Promise<void> {
  const grafana = await startGrafana(storePort);
  if ('missing' in grafana) {
    report.line({ what: 'beside Grafana', skipped: grafana.missing });
    return;
  }
  try {
    await addDatasource(grafana.url, storePort);
    for (const { traceId, spans } of shapes) {
      const times = async (url: string, request: RegExp, shown: string) => {
        const found: number[] = [];
        for (let repeat = 0; repeat < REPEATS; repeat++) {
          const page = await newPage(browser);
          const ms = await exploreMs(page, url, request, shown);
          await page.close();
          if (ms === undefined) {
            return undefined;
          }
          found.push(ms);
        }
        return found.sort((a, b) => a - b)[REPEATS >> 1];
      };
      const theirs = await times(
        explore(grafana.url, 'tempo-on-clew', { query: traceId, queryType: 'traceql' }),
        /\/api\/ds\/query/,
        '[role=switch]'
      );
      const ours = await times(
        explore(grafana.url, 'clew-alone', { query: traceId, queryType: 'traceql' }),
        new RegExp(`/clew/v1/traces/${traceId}`),
        `${WATERFALL}[data-phase=done]`
      );
      report.line({ what: 'open in Explore', spans, clewMs: ours, grafanaMs: theirs ?? 'does not open' });
      if (ours === undefined) {
        report.goal('renderShare', Infinity, `${spans} spans`);
      } else if (theirs !== undefined) {
        report.goal('renderShare', round(ours / theirs), `${spans} spans`);
      }
    }
  } finally {
    await grafana.stop();
  }
}
