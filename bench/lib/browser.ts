import { chromium, type Browser, type CDPSession, type Page } from '@playwright/test';

import { memory } from './process-stats.ts';

/** Headless Chromium, which draws without a graphics card. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--enable-precise-memory-info'],
  });
}

/** A page that counts frames and tasks of more than 50 ms from its beginning. */
export async function newPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.addInitScript(() => {
    const seen: { frames: number[]; tasks: number[] } = { frames: [], tasks: [] };
    Object.assign(window, { clewBench: seen });
    new PerformanceObserver((list) => {
      seen.tasks.push(...list.getEntries().map(({ duration }) => duration));
    }).observe({ type: 'longtask' });
    const frame = (time: number) => {
      seen.frames.push(time);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  return page;
}

interface Seen {
  readonly frames: number[];
  readonly tasks: number[];
}

export interface Fluency {
  readonly framesPerSecond: number;
  /** Milliseconds between two frames. */
  readonly slowestFrame: number;
  /** Milliseconds of the longest task above 50; 0 without one. */
  readonly longestTask: number;
}

/** Frames and tasks while `act` is under way. */
export async function fluencyOf(page: Page, act: () => Promise<void>): Promise<Fluency> {
  await page.evaluate(() => {
    const seen = (window as unknown as { clewBench: Seen }).clewBench;
    seen.frames.length = 0;
    seen.tasks.length = 0;
  });
  await act();
  // Tasks are told of when they have ended.
  await page.waitForTimeout(100);
  const { frames, tasks } = await page.evaluate(() => (window as unknown as { clewBench: Seen }).clewBench);
  const gaps = frames.slice(1).map((time, index) => time - frames[index]);
  const lastMs = frames[frames.length - 1] - frames[0];
  return {
    framesPerSecond: (gaps.length / lastMs) * 1000,
    slowestFrame: Math.max(...gaps),
    longestTask: Math.max(0, ...tasks),
  };
}

export interface TabMemory {
  /** MiB of the tab's process that no file backs. */
  readonly processMib: number;
  /** MiB that JavaScript holds after a collection. */
  readonly heapMib: number;
}

/** Of the only tab of the browser. */
export async function tabMemory(browser: Browser, page: Page): Promise<TabMemory> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize = 0 } = (await session.send('Runtime.getHeapUsage')) as HeapUsage;
  const processes = await processIds(await browser.newBrowserCDPSession());
  return {
    processMib: Math.max(...processes.map((pid) => memory(pid).anonymous)),
    heapMib: (usedSize + backingStorageSize) / 1024 ** 2,
  };
}

interface HeapUsage {
  readonly usedSize: number;
  readonly backingStorageSize?: number;
}

async function processIds(session: CDPSession): Promise<number[]> {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
}
