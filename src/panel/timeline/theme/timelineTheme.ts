import { formatCount, formatDurationMs } from '../../../shared/format';

/** Everything about the looks that comes from outside. Colours are CSS colours. */
export interface TimelineTheme {
  readonly dark: boolean;
  readonly fontFamily: string;
  /** Behind rows and bars. */
  readonly background: string;
  /** Behind the ruler, the minimap and the column heads. */
  readonly header: string;
  readonly text: string;
  readonly textDim: string;
  readonly textFaint: string;
  /** Hairlines: grid, guides. */
  readonly line: string;
  /** Borders between columns. */
  readonly border: string;
  readonly hover: string;
  readonly selected: string;
  readonly accent: string;
  readonly error: string;
  readonly warning: string;
  readonly match: string;
  /** For whoever formats durations otherwise. Nanoseconds. */
  readonly formatDuration?: (ns: number) => string;
  readonly formatCount?: (count: number) => string;
}

export const DARK_THEME: TimelineTheme = {
  dark: true,
  fontFamily: 'Inter, "Helvetica Neue", Arial, sans-serif',
  background: '#111217',
  header: '#181b1f',
  text: '#d8d9e4',
  textDim: '#9aa0ac',
  textFaint: '#6b7280',
  line: 'rgba(204, 204, 220, 0.08)',
  border: 'rgba(204, 204, 220, 0.16)',
  hover: 'rgba(204, 204, 220, 0.06)',
  selected: 'rgba(110, 159, 255, 0.16)',
  accent: '#6e9fff',
  error: '#ff5d6c',
  warning: '#f2a83b',
  match: '#f5d547',
};

export const LIGHT_THEME: TimelineTheme = {
  dark: false,
  fontFamily: 'Inter, "Helvetica Neue", Arial, sans-serif',
  background: '#ffffff',
  header: '#f7f7f9',
  text: '#24292e',
  textDim: '#5c6470',
  textFaint: '#8a919c',
  line: 'rgba(36, 41, 46, 0.08)',
  border: 'rgba(36, 41, 46, 0.16)',
  hover: 'rgba(36, 41, 46, 0.05)',
  selected: 'rgba(56, 113, 220, 0.12)',
  accent: '#3871dc',
  error: '#d92a3f',
  warning: '#b96a00',
  match: '#e0a800',
};

/** Formatting by locale costs some ten microseconds, and the same texts are wanted in each frame. */
const MOST_TEXTS = 4096;
const durationTexts = new WeakMap<TimelineTheme, Map<number, string>>();

export function durationText(theme: TimelineTheme, ns: number): string {
  let texts = durationTexts.get(theme);
  if (!texts || texts.size > MOST_TEXTS) {
    texts = new Map();
    durationTexts.set(theme, texts);
  }
  let text = texts.get(ns);
  if (text === undefined) {
    text = theme.formatDuration ? theme.formatDuration(ns) : formatDurationMs(ns / 1e6);
    texts.set(ns, text);
  }
  return text;
}

export function countText(theme: TimelineTheme, count: number): string {
  return count < 1000 && !theme.formatCount ? String(count) : (theme.formatCount ?? formatCount)(count);
}
