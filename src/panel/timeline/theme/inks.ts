import { type RendererStyle } from '../render/renderer';
import { type TimelineTheme } from './timelineTheme';
import { cssColour, toneColour, toneRgb, TONES, toneTextColour, type Rgb } from './tones';

/** Colours by index, as batches name them. After them come the tones: as bars, as text, pale, and as the shade on a bar. */
export const INK = {
  background: 0,
  header: 1,
  text: 2,
  textDim: 3,
  textFaint: 4,
  line: 5,
  border: 6,
  hover: 7,
  selected: 8,
  accent: 9,
  error: 10,
  warning: 11,
  match: 12,
  /** Text on a bar. */
  onBar: 13,
  /** Over what is not in view, on the minimap. */
  veil: 14,
  matchRow: 15,
  thumb: 16,
  thumbHover: 17,
  eventTick: 18,
  selection: 19,
} as const;

const FIRST_TONE = 20;

export const barInk = (tone: number): number => FIRST_TONE + tone;
export const textInk = (tone: number): number => FIRST_TONE + TONES + tone;
/** What does not match a search. */
export const paleInk = (tone: number): number => FIRST_TONE + 2 * TONES + tone;
/** The part of a bar during which children run. */
export const shadeInk = (tone: number): number => FIRST_TONE + 3 * TONES + tone;
/** Behind the bars of a large subtree. */
export const boxInk = (tone: number): number => FIRST_TONE + 4 * TONES + tone;

export const FONT = { text: 0, strong: 1, small: 2, italic: 3 } as const;

export function styleOf(theme: TimelineTheme): RendererStyle {
  const { dark } = theme;
  const palette: string[] = [];
  palette[INK.background] = theme.background;
  palette[INK.header] = theme.header;
  palette[INK.text] = theme.text;
  palette[INK.textDim] = theme.textDim;
  palette[INK.textFaint] = theme.textFaint;
  palette[INK.line] = theme.line;
  palette[INK.border] = theme.border;
  palette[INK.hover] = theme.hover;
  palette[INK.selected] = theme.selected;
  palette[INK.accent] = theme.accent;
  palette[INK.error] = theme.error;
  palette[INK.warning] = theme.warning;
  palette[INK.match] = theme.match;
  palette[INK.onBar] = dark ? '#0d0f12' : '#14171a';
  palette[INK.veil] = dark ? 'rgba(17, 18, 23, 0.62)' : 'rgba(246, 247, 250, 0.7)';
  palette[INK.matchRow] = dark ? 'rgba(245, 213, 71, 0.09)' : 'rgba(224, 168, 0, 0.12)';
  palette[INK.thumb] = dark ? 'rgba(204, 204, 220, 0.18)' : 'rgba(36, 41, 46, 0.16)';
  palette[INK.thumbHover] = dark ? 'rgba(204, 204, 220, 0.34)' : 'rgba(36, 41, 46, 0.3)';
  palette[INK.eventTick] = dark ? 'rgba(10, 12, 15, 0.85)' : 'rgba(20, 23, 26, 0.8)';
  palette[INK.selection] = dark ? 'rgba(110, 159, 255, 0.2)' : 'rgba(56, 113, 220, 0.16)';
  const background = parseColour(theme.background) ?? (dark ? [17, 18, 23] : [255, 255, 255]);
  for (let tone = 0; tone < TONES; tone++) {
    palette[barInk(tone)] = toneColour(tone, dark);
    palette[textInk(tone)] = toneTextColour(tone, dark);
    palette[paleInk(tone)] = cssColour(mixRgb(toneRgb(tone, dark), background, 0.74));
    palette[boxInk(tone)] = `rgba(${toneRgb(tone, dark).join(', ')}, ${dark ? 0.09 : 0.11})`;
    palette[shadeInk(tone)] = cssColour(mixRgb(toneRgb(tone, dark), background, dark ? 0.42 : 0.45));
  }
  const family = theme.fontFamily;
  return {
    palette,
    fonts: [`12px ${family}`, `500 12px ${family}`, `11px ${family}`, `italic 12px ${family}`],
  };
}

export function mixRgb(from: Rgb, to: Rgb, share: number): Rgb {
  const channel = (at: 0 | 1 | 2): number => Math.round(from[at] + (to[at] - from[at]) * share);
  return [channel(0), channel(1), channel(2)];
}

/** `#rgb`, `#rrggbb`, `rgb(…)`, `rgba(…)`, as Grafana's themes have them. */
export function parseColour(text: string): Rgb | undefined {
  const hex = /^#([0-9a-f]{6})/i.exec(text.length === 4 ? text.replace(/[0-9a-f]/gi, '$&$&') : text);
  if (hex) {
    const number = parseInt(hex[1], 16);
    return [number >> 16, (number >> 8) & 255, number & 255];
  }
  const parts = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)/.exec(text);
  return parts ? [Number(parts[1]), Number(parts[2]), Number(parts[3])] : undefined;
}
