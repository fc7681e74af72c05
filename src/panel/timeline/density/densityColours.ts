import { mixRgb, parseColour } from '../theme/inks';
import { type TimelineTheme } from '../theme/timelineTheme';
import { NEUTRAL_TONE, toneRgb, TONES, type Rgb } from '../theme/tones';
import { packRgba } from './picture';

/** Steps of strength, from one span among many to as many as there can be. */
export const STRENGTHS = 16;

/** What densities are painted with: pixels by tone and strength. */
export interface DensityColours {
  /** `tones[tone * STRENGTHS + strength]`. */
  readonly tones: Uint32Array;
  /** By strength: what does not match a search. */
  readonly pale: Uint32Array;
  /** `errors[step]`: from few errors among much else to many. */
  readonly errors: Uint32Array;
}

/** Steps of `errors`. */
export const ERROR_STEPS = 8;

/** Least share of the tone in a pixel: a lone span must be seen. */
const LEAST_SHARE = 0.5;

export function densityColours(theme: TimelineTheme): DensityColours {
  const { dark } = theme;
  const background = parseColour(theme.background) ?? (dark ? [17, 18, 23] : [255, 255, 255]);
  const tones = new Uint32Array(TONES * STRENGTHS);
  const pale = new Uint32Array(STRENGTHS);
  for (let strength = 0; strength < STRENGTHS; strength++) {
    const share = LEAST_SHARE + ((1 - LEAST_SHARE) * strength) / (STRENGTHS - 1);
    for (let tone = 0; tone < TONES; tone++) {
      tones[tone * STRENGTHS + strength] = pack(mixRgb(background, toneRgb(tone, dark), share));
    }
    pale[strength] = pack(mixRgb(background, toneRgb(NEUTRAL_TONE, dark), 0.12 + 0.3 * (strength / (STRENGTHS - 1))));
  }
  const error = parseColour(theme.error) ?? [224, 47, 68];
  const errors = Uint32Array.from({ length: ERROR_STEPS }, (_, step) =>
    pack(mixRgb(background, error, 0.55 + (0.45 * step) / (ERROR_STEPS - 1)))
  );
  return { tones, pale, errors };
}

const pack = ([red, green, blue]: Rgb): number => packRgba(red, green, blue);
