import { type TimelineModel } from '../model/timelineModel';
import { mixRgb, parseColour } from '../theme/inks';
import { type TimelineTheme } from '../theme/timelineTheme';
import { toneRgb, TONES } from '../theme/tones';
import { STATUS_ERROR } from '../model/colouring';
import { type DensityColours, ERROR_STEPS } from './densityColours';
import { Canvas, packRgba } from './picture';

const STRIDE = 1 << 14;
/** Lines at the bottom that are kept for errors. */
const ERROR_LINES = 3;

/** Pixels of the tones' areas. */
export const profileColours = (theme: TimelineTheme): Uint32Array => {
  const background = parseColour(theme.background) ?? (theme.dark ? [17, 18, 23] : [255, 255, 255]);
  return Uint32Array.from({ length: TONES }, (_, tone) =>
    packRgba(...mixRgb(toneRgb(tone, theme.dark), background, theme.dark ? 0.22 : 0.2))
  );
};

export interface ProfileRequest {
  readonly startNs: number;
  readonly endNs: number;
  readonly width: number;
  readonly height: number;
}

/**
 * How many spans were at work at each time, by tone, as areas upon each other, and below them where errors are. At work is what has no
 * children: the rest waits for them.
 */
export function* paintProfile(
  { table, forest, tones, matchBits }: TimelineModel,
  { startNs, endNs, width, height }: ProfileRequest,
  fills: Uint32Array,
  colours: DensityColours,
  canvas: Canvas
): Generator<void, void> {
  if (!table || width < 1 || height <= ERROR_LINES) {
    return;
  }
  const { starts, ends, rows } = table.tree;
  const { statuses } = table.columns;
  const { order, sizes, nodes, count } = forest;
  const counts = new Int32Array(TONES * (width + 1));
  const errors = new Int32Array(width + 1);
  const scale = width / (endNs - startNs);
  const clamp = (px: number): number => Math.min(width - 1, Math.max(0, Math.floor(px)));
  for (let at = 0; at < count; at++) {
    const node = order[at];
    if (node < nodes) {
      const from = clamp((starts[node] - startNs) * scale);
      const to = Math.max(from, clamp(Math.ceil((ends[node] - startNs) * scale) - 1));
      const isMatch = !matchBits || ((matchBits[node >>> 5] >>> (node & 31)) & 1) === 1;
      if (matchBits ? isMatch : sizes[at] === 1) {
        const base = tones[node] * (width + 1);
        counts[base + from] += 1;
        counts[base + to + 1] -= 1;
      }
      if (node < rows && statuses[node] === STATUS_ERROR) {
        errors[to] += 1;
      }
    }
    if ((at + 1) % STRIDE === 0) {
      yield;
    }
  }
  const totals = new Int32Array(width);
  for (let tone = 0; tone < TONES; tone++) {
    const base = tone * (width + 1);
    for (let x = 0; x < width; x++) {
      counts[base + x] += x > 0 ? counts[base + x - 1] : 0;
      totals[x] += counts[base + x];
    }
  }
  yield;
  // Roots, for one peak must not press all else flat.
  const most = Math.sqrt(totals.reduce((greatest, total) => Math.max(greatest, total), 1));
  const ground = height - ERROR_LINES;
  for (let x = 0; x < width; x++) {
    const top = (Math.sqrt(totals[x]) / most) * ground;
    let below = 0;
    let painted = 0;
    for (let tone = 0; tone < TONES && totals[x] > 0; tone++) {
      below += counts[tone * (width + 1) + x];
      const until = Math.round((below / totals[x]) * top);
      for (; painted < until; painted++) {
        canvas.words[(ground - 1 - painted) * width + x] = fills[tone];
      }
    }
    if (errors[x] > 0) {
      const step = Math.min(ERROR_STEPS, Math.ceil(Math.log2(errors[x] + 1) * 2)) - 1;
      for (let y = ground; y < height; y++) {
        canvas.words[y * width + x] = colours.errors[step];
      }
    }
  }
  canvas.linesDone = height;
}
