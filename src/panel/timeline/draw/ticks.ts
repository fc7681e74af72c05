/** A line of the ruler. */
export interface Tick {
  /** Pixels right of the left border of the bars. */
  readonly px: number;
  readonly label: string;
}

export interface Ticks {
  readonly stepNs: number;
  readonly ticks: readonly Tick[];
  /** What labels that begin with `+` count from; '' where they count from the trace's start. */
  readonly anchor: string;
}

const MICRO = 1e3;
const MILLI = 1e6;
const SECOND = 1e9;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LONG_STEPS = [1, 2, 5, 10, 15, 30].flatMap((count) => [count * SECOND, count * MINUTE]);
const STEPS = [...LONG_STEPS, ...[1, 2, 3, 6, 12].map((count) => count * HOUR)].sort((left, right) => left - right);

/** The least readable step that is not less. */
export function niceStep(leastNs: number): number {
  if (leastNs > 12 * HOUR) {
    return nicePower(leastNs / DAY) * DAY;
  }
  if (leastNs > 0.5 * SECOND) {
    return STEPS.find((step) => step >= leastNs) ?? DAY;
  }
  return nicePower(leastNs);
}

/** 1, 2 or 5 times a power of ten. */
function nicePower(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const share = least / power;
  return (share <= 1.000001 ? 1 : share <= 2.000001 ? 2 : share <= 5.000001 ? 5 : 10) * power;
}

/**
 * Ticks from `startNs` to `endNs`, both counted from the trace's start. Where the window is so narrow, and so far in, that labels
 * would be alike in all but their last digits, they count from an anchor.
 */
export function ticksOf(startNs: number, endNs: number, width: number, labelWidth = 96): Ticks {
  const range = endNs - startNs;
  const stepNs = niceStep((range * labelWidth) / Math.max(width, 1));
  const reach = Math.max(Math.abs(startNs), Math.abs(endNs));
  const anchored = reach / stepNs > 2000;
  const big = anchorStep(range);
  const anchorNs = anchored ? Math.floor(startNs / big) * big : 0;
  const from = startNs - anchorNs;
  const ticks: Tick[] = [];
  const first = Math.ceil(from / stepNs - 1e-9);
  for (let index = first; index * stepNs <= from + range; index++) {
    const ns = index * stepNs;
    const label = anchored ? `+${tickLabel(ns, stepNs, from + range)}` : tickLabel(ns, stepNs, reach);
    ticks.push({ px: ((ns - from) / range) * width, label });
  }
  return { stepNs, ticks, anchor: anchored ? exactTime(anchorNs) : '' };
}

/** The unit of time above a range. */
function anchorStep(range: number): number {
  return [MICRO, MILLI, SECOND, MINUTE, HOUR, DAY].find((unit) => unit > range) ?? DAY;
}

/** In the unit that suits the greatest value, with as many digits as the step needs. */
function tickLabel(ns: number, stepNs: number, greatestNs: number): string {
  if (ns === 0) {
    return '0';
  }
  if (greatestNs >= 2 * MINUTE) {
    return clock(ns, stepNs);
  }
  const [unit, name] = unitOf(greatestNs);
  const digits = Math.max(0, Math.ceil(-Math.log10(stepNs / unit) - 1e-9));
  return `${minus((ns / unit).toFixed(digits))} ${name}`;
}

function unitOf(ns: number): readonly [number, string] {
  if (ns < MICRO) {
    return [1, 'ns'];
  }
  if (ns < MILLI) {
    return [MICRO, 'µs'];
  }
  return ns < SECOND ? [MILLI, 'ms'] : [SECOND, 's'];
}

/** `1:05:30`, `5:30`, with parts of a second as the step needs them, after days: `2d 1:05`. */
function clock(ns: number, stepNs: number): string {
  const size = Math.abs(ns);
  const days = Math.floor(size / DAY);
  const hours = Math.floor((size % DAY) / HOUR);
  const minutes = Math.floor((size % HOUR) / MINUTE);
  const digits = Math.max(0, Math.ceil(-Math.log10(stepNs / SECOND) - 1e-9));
  const seconds = ((size % MINUTE) / SECOND).toFixed(digits).padStart(digits > 0 ? digits + 3 : 2, '0');
  const tail = `${hours > 0 || days > 0 ? String(minutes).padStart(2, '0') : minutes}:${seconds}`;
  const text = `${days > 0 ? `${days}d ` : ''}${hours > 0 || days > 0 ? `${hours}:` : ''}${tail}`;
  return ns < 0 ? `−${text}` : text;
}

/** All digits that are not zero, in groups of three: `10:00:03.123 456`. */
export function exactTime(ns: number): string {
  const size = Math.abs(ns);
  const whole = Math.floor(size / SECOND);
  const rest = String(Math.round(size - whole * SECOND))
    .padStart(9, '0')
    .replace(/(000)+$/, '');
  const fraction = rest ? `.${rest.replace(/(...)(?=.)/g, '$1\u2009')}` : '';
  const sign = ns < 0 ? '−' : '';
  return whole >= 60 ? `${sign}${clock(whole * SECOND, SECOND)}${fraction}` : `${sign}${whole}${fraction} s`;
}

const minus = (text: string): string => text.replace('-', '−');
