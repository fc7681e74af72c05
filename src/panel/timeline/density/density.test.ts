import { immediately } from '../model/scheduler';
import { TimelineModel } from '../model/timelineModel';
import { syntheticTable, tableOf } from '../testing/syntheticTable';
import { DARK_THEME } from '../theme/timelineTheme';
import { Viewport } from '../viewport/viewport';
import { DensityBook } from './densityBook';
import { densityColours, STRENGTHS } from './densityColours';
import { DensityJob, type DensityRequest } from './densityJob';
import { Canvas } from './picture';
import { paintProfile, profileColours } from './profileJob';

const colours = densityColours(DARK_THEME);

function modelOf(table: Parameters<TimelineModel['setTable']>[0]): TimelineModel {
  const model = new TimelineModel(immediately);
  model.setTable(table);
  return model;
}

function painted(model: TimelineModel, request: Partial<DensityRequest>): Canvas {
  const job = new DensityJob(
    model,
    {
      positions: undefined,
      begin: 0,
      end: model.forest.count,
      startNs: 0,
      endNs: 100_000,
      width: 100,
      height: 1,
      ...request,
    },
    colours
  );
  job.work(Infinity);
  return job.canvas;
}

/** The tone of each pixel of a line: `.` nothing, `!` an error, else the letter of the tone. */
function line(model: TimelineModel, { words, width }: Canvas, y = 0): string {
  return Array.from(words.subarray(y * width, (y + 1) * width), (word) => {
    if (word === 0) {
      return '.';
    }
    if (colours.errors.includes(word)) {
      return '!';
    }
    const tone = Math.floor(colours.tones.indexOf(word) / STRENGTHS);
    const entry = model.legend.find(({ tone: known }) => known === tone);
    return colours.pale.includes(word) ? '-' : (entry?.label ?? '?');
  }).join('');
}

describe('density pictures', () => {
  it('paint what covers most, and every span in a pixel at least', () => {
    const model = modelOf(
      tableOf([
        { id: 1, service: 'a', name: 'x', start: 0, duration: 100 },
        { id: 2, parent: 1, service: 'b', name: 'x', start: 20, duration: 20 },
        { id: 3, parent: 1, service: 'b', name: 'x', start: 20, duration: 20 },
        { id: 4, parent: 1, service: 'c', name: 'x', start: 70, duration: 0.001 },
        { id: 5, parent: 1, service: 'c', name: 'x', start: 70, duration: 0.001 },
      ])
    );
    expect(line(model, painted(model, { width: 10 }))).toBe('aabbaaacaa');
  });

  it('show an error among thousands, and of a long one its end', () => {
    const lines = Array.from({ length: 3000 }, (_, index) => ({
      id: index + 1,
      service: 'a',
      name: 'x',
      start: 50,
      duration: 1,
      error: index === 1234,
    }));
    const model = modelOf(
      tableOf([...lines, { id: 9999, service: 'b', name: 'x', start: 0, duration: 40, error: true }])
    );
    expect(line(model, painted(model, { width: 20 }))).toBe('bbbbbb!!..!.........');
  });

  it('cut off what is out of the window', () => {
    const model = modelOf(tableOf([{ id: 1, service: 'a', name: 'x', start: 0, duration: 1e6 }]));
    expect(line(model, painted(model, { startNs: 5e8, endNs: 5e8 + 10, width: 4 }))).toBe('aaaa');
    expect(line(model, painted(model, { startNs: 2e9, endNs: 3e9, width: 4 }))).toBe('....');
  });

  it('put what a search did not find behind what it did', () => {
    const model = modelOf(
      tableOf([
        { id: 1, service: 'a', name: 'x', start: 0, duration: 100 },
        { id: 2, parent: 1, service: 'b', name: 'x', start: 20, duration: 20 },
      ])
    );
    model.setMatches(Uint32Array.from([2]));
    expect(line(model, painted(model, { width: 10 }))).toBe('--bb------');
  });

  it('agree with counting one by one, on a real tree', () => {
    const table = syntheticTable(4000);
    const model = modelOf(table);
    const { startNs, endNs } = { startNs: table.tree.firstStart, endNs: table.tree.lastEnd };
    const [width, height] = [60, 25];
    const canvas = painted(model, { startNs, endNs, width, height });
    const scale = width / (endNs - startNs);
    for (let y = 0; y < height; y++) {
      const first = Math.floor((y * model.forest.count) / height);
      const end = Math.floor(((y + 1) * model.forest.count) / height);
      const covered = new Set<number>();
      for (let at = first; at < end; at++) {
        const node = model.forest.order[at];
        const from = Math.floor((table.tree.starts[node] - startNs) * scale);
        const to = Math.max(from, Math.ceil((table.tree.ends[node] - startNs) * scale) - 1);
        for (let x = from; x <= to && x < width; x++) {
          covered.add(x);
        }
      }
      const shown = Array.from({ length: width }, (_, x) => x).filter((x) => canvas.words[y * width + x] !== 0);
      expect(shown).toEqual([...covered].sort((left, right) => left - right));
    }
  });
});

describe('DensityBook', () => {
  it('has the whole to fall back on, and stretches the last window until the next is painted', () => {
    const model = modelOf(syntheticTable(2000));
    const viewport = new Viewport();
    viewport.setSize(200, 100);
    viewport.setExtent(0, model.table?.tree.lastEnd ?? 1);
    viewport.fit();
    const book = new DensityBook(model, colours);
    const windows = (): number[] =>
      book.pictures(viewport, 200, 100, 1).map(({ request }) => request.endNs - request.startNs);
    expect(windows()).toHaveLength(1);
    book.work(Infinity);
    expect(book.pending).toBe(false);
    viewport.zoomAt(100, 2);
    expect(windows()).toHaveLength(1);
    expect(book.pending).toBe(true);
    book.work(Infinity);
    const [, first] = windows();
    expect(first).toBeCloseTo(viewport.rangeNs);
    viewport.zoomAt(100, 2);
    expect(windows()[1]).toBe(first);
    book.work(Infinity);
    expect(windows()[1]).toBeCloseTo(viewport.rangeNs);
    expect(book.pending).toBe(false);
  });
});

describe('the profile', () => {
  it('is as high as there is work, with errors below', () => {
    const model = modelOf(
      tableOf([
        { id: 1, service: 'a', name: 'x', start: 0, duration: 100 },
        { id: 2, parent: 1, service: 'b', name: 'x', start: 0, duration: 50 },
        { id: 3, parent: 1, service: 'b', name: 'x', start: 0, duration: 50 },
        { id: 4, parent: 1, service: 'c', name: 'x', start: 50, duration: 20, error: true },
      ])
    );
    const canvas = new Canvas(10, 23);
    const request = { startNs: 0, endNs: 100_000, width: 10, height: 23 };
    for (const _ of paintProfile(model, request, profileColours(DARK_THEME), colours, canvas)) {
      // To its end.
    }
    const heights = Array.from(
      { length: 10 },
      (_, x) => Array.from({ length: 20 }, (_unused, y) => canvas.words[y * 10 + x]).filter(Boolean).length
    );
    expect(heights[0]).toBe(20);
    expect(heights[6]).toBe(14);
    expect(heights[9]).toBe(0);
    expect(Array.from(canvas.words.subarray(220), (word) => (word ? 1 : 0)).join('')).toBe('0000001000');
  });
});
