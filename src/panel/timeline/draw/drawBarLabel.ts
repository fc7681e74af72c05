import { type RowId, type RowKind } from '../model/types';
import { MARK } from '../render/renderer';
import { FONT, INK } from '../theme/inks';
import { countText, durationText } from '../theme/timelineTheme';
import { type Scene } from './scene';

const GAP = 6;

export interface BarLabel {
  readonly id: RowId;
  readonly kind: RowKind;
  /** Pixels of the bars' column. */
  readonly start: number;
  readonly end: number;
  readonly middle: number;
  readonly isError: boolean;
  readonly faded: boolean;
}

/** How long it took, and how many events and links there are: right of the bar, else left of it, else upon it. */
export function drawBarLabel(scene: Scene, { id, kind, start, end, middle, isError, faded }: BarLabel): void {
  const { model, layout, batches, fitter, theme } = scene;
  const { columns } = model.table ?? {};
  if (!columns) {
    return;
  }
  const { bars } = layout;
  const fold = kind === 'fold' ? model.fold(id) : undefined;
  const duration = fold
    ? `Σ ${durationText(theme, fold.sumNs)}`
    : durationText(theme, model.endOf(id) - model.startOf(id));
  const events = kind === 'span' ? columns.eventCounts[id] : 0;
  const links = kind === 'span' ? columns.linkCounts[id] : 0;
  const errors = fold?.errors ?? 0;
  const parts = [
    { text: duration, mark: undefined, ink: isError ? INK.error : faded ? INK.textFaint : INK.textDim },
    ...(events > 0 ? [{ text: countText(theme, events), mark: MARK.diamond, ink: INK.textFaint }] : []),
    ...(links > 0 ? [{ text: countText(theme, links), mark: MARK.link, ink: INK.textFaint }] : []),
    ...(errors > 0 ? [{ text: countText(theme, errors), mark: MARK.error, ink: INK.error }] : []),
  ].map((part) => ({ ...part, width: fitter.width(part.text, FONT.small) + (part.mark === undefined ? 0 : 12) }));
  const whole = parts.reduce((sum, { width }) => sum + width + GAP, -GAP);

  let kept = parts;
  let width = whole;
  const rightOf = end + GAP;
  const fits = (wanted: number): number | undefined => {
    if (rightOf + wanted <= bars.width - 4) {
      return rightOf;
    }
    return start - GAP - wanted >= 4 ? start - GAP - wanted : undefined;
  };
  let x = fits(whole);
  if (x === undefined && parts.length > 1) {
    kept = parts.slice(0, 1);
    width = parts[0].width;
    x = fits(width);
  }
  if (x === undefined) {
    // Upon the bar, on a ground of its own.
    x = Math.min(end, bars.width) - width - 8;
    if (x < Math.max(start, 0) + 2) {
      return;
    }
    batches.rects.add(bars.x + x - 4, middle - 7, width + 8, 14, INK.background);
  }
  for (const part of kept) {
    let left = bars.x + x;
    if (part.mark !== undefined) {
      batches.marks.add(part.mark, left + 4, middle, part.mark === MARK.error ? 9 : 7, part.ink);
      left += 12;
    }
    batches.texts.add(part.text, left, middle, part.ink, FONT.small);
    x += part.width + GAP;
  }
}
