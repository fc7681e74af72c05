import { formatCount } from '../../../shared/format';
import { type TraceTable } from '../../trace/traceTable';
import { TextFitter } from '../../timeline/render/textFitter';
import { cssColour } from '../../timeline/theme/tones';
import { mixRgb, parseColour } from '../../timeline/theme/inks';
import { type TimelineTheme } from '../../timeline';
import { duration, nameOf, serviceOf, type FlameMode } from './flameFacts';
import { REST, restOf, WHOLE, type FlameBoxes, type FlamePlaces } from './flameLayout';

export const ROW_HEIGHT = 20;
/** Between two rows. */
const GAP = 1;
const PADDING = 5;
/** Pixels that a text needs to say something. */
const MIN_TEXT_WIDTH = 26;
const ERROR_EDGE = 3;
/** On a light page the colours are lighter by this share: text on them keeps a contrast of five to one. */
const LIGHTER = 0.22;
/** What the search did not find. */
const PALER = 0.8;

export interface FlameScene {
  readonly table: TraceTable;
  readonly places: FlamePlaces;
  readonly boxes: FlameBoxes;
  readonly mode: FlameMode;
  /** By node: how many of its spans match the search; undefined: nothing is searched for. */
  readonly matched: Uint32Array | undefined;
  readonly hovered: number | undefined;
  readonly selected: number | undefined;
  /** Whether `selected` is marked as what the keys work on. */
  readonly isFocused: boolean;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly scrollTop: number;
}

/** Draws boxes with their names. Keeps what texts and colours cost to find out. */
export class FlamePainter {
  readonly #theme: TimelineTheme;
  readonly #serviceColour: (service: string) => string;
  readonly #background: string;
  readonly #onBar: string;
  readonly #colours = new Map<string, { readonly full: string; readonly pale: string }>();
  readonly #fonts: readonly string[];
  /** By the first node of a rest. */
  readonly #rests = new WeakMap<FlamePlaces, Map<number, string>>();
  #fitter: TextFitter | undefined;

  constructor(theme: TimelineTheme, serviceColour: (service: string) => string) {
    this.#theme = theme;
    this.#serviceColour = serviceColour;
    this.#background = theme.background;
    this.#onBar = theme.dark ? '#0d0f12' : '#14171a';
    this.#fonts = [`12px ${theme.fontFamily}`, `11px ${theme.fontFamily}`];
  }

  /** Fonts have come. */
  forgetWidths(): void {
    this.#fitter = undefined;
  }

  draw(context: CanvasRenderingContext2D, scene: FlameScene, ratio: number): void {
    const { boxes, places, width, height, scrollTop, table } = scene;
    this.#fitter ??= new TextFitter((text, font) => {
      context.font = this.#fonts[font];
      return context.measureText(text).width;
    });
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.textBaseline = 'middle';
    context.fillStyle = this.#background;
    context.fillRect(0, 0, width, height);
    const snap = (value: number): number => Math.round(value * ratio) / ratio;
    const pixel = 1 / ratio;
    const texts: number[] = [];
    for (let at = 0; at < boxes.count; at++) {
      const node = boxes.nodes[at];
      const left = snap(boxes.x[at]);
      const right = snap(boxes.x[at] + boxes.widths[at]);
      const wide = Math.max(pixel, right - left - (right - left > 3 ? pixel : 0));
      const top = snap(boxes.rows[at] * ROW_HEIGHT - scrollTop);
      const tall = ROW_HEIGHT - GAP;
      if (boxes.kinds[at] === REST) {
        context.fillStyle = this.#theme.border;
        context.fillRect(left, top, wide, tall);
      } else {
        const { full, pale } = this.#coloursOf(table, places, node);
        context.fillStyle = isDimmed(scene, node) ? pale : full;
        context.fillRect(left, top, wide, tall);
        const edge = errorEdge(places, node, wide);
        if (edge >= pixel) {
          context.fillStyle = this.#background;
          context.fillRect(left, top, Math.min(wide, edge + 1), tall);
          context.fillStyle = this.#theme.error;
          context.fillRect(left, top, edge, tall);
        }
      }
      if (wide >= MIN_TEXT_WIDTH) {
        texts.push(at);
      }
    }
    for (const at of texts) {
      this.#drawText(context, scene, at);
    }
    this.#outline(context, scene, scene.hovered, this.#theme.text, pixel);
    this.#outline(context, scene, scene.selected, scene.isFocused ? this.#theme.accent : this.#theme.text, 2);
  }

  #drawText(context: CanvasRenderingContext2D, scene: FlameScene, at: number): void {
    const { boxes, places } = scene;
    const { graph } = places;
    const fitter = this.#fitter;
    if (!fitter) {
      return;
    }
    const node = boxes.nodes[at];
    const isRest = boxes.kinds[at] === REST;
    const isOnColour = !isRest && serviceOf(scene.table, graph, node) !== '' && !isDimmed(scene, node);
    const edge = node !== WHOLE && !isRest && graph.errors[node] > 0 ? ERROR_EDGE : 0;
    const left = Math.max(0, boxes.x[at]) + PADDING + edge;
    let room = boxes.widths[at] - 2 * PADDING - edge;
    const middle = boxes.rows[at] * ROW_HEIGHT - scene.scrollTop + (ROW_HEIGHT - GAP) / 2 + 0.5;
    context.fillStyle = isOnColour ? this.#onBar : this.#theme.textDim;
    context.font = this.#fonts[0];
    if (isRest) {
      context.fillText(fitter.fit(this.#restText(places, node), 0, room), left, middle);
      return;
    }
    const amount = node === WHOLE ? duration(places.total) : duration(graph.valueNs[node]);
    const amountWidth = fitter.width(amount, 1);
    const { service, text } = labelOf(scene, node);
    // The colour tells the service too: its name gives way first.
    const isServiceShown = service !== '' && fitter.width(service + text, 0) <= room;
    const label = isServiceShown ? service + text : text;
    if (fitter.width(label, 0) + amountWidth + 12 <= room) {
      context.font = this.#fonts[1];
      context.fillText(amount, left + room - amountWidth, middle);
      context.font = this.#fonts[0];
      room -= amountWidth + 12;
    }
    context.fillText(fitter.fit(label, 0, room), left, middle);
  }

  #restText(places: FlamePlaces, node: number): string {
    let texts = this.#rests.get(places);
    if (!texts) {
      texts = new Map();
      this.#rests.set(places, texts);
    }
    let text = texts.get(node);
    if (text === undefined) {
      text = `${formatCount(restOf(places, node).count)} more`;
      texts.set(node, text);
    }
    return text;
  }

  #outline(
    context: CanvasRenderingContext2D,
    { boxes, scrollTop }: FlameScene,
    node: number | undefined,
    colour: string,
    thickness: number
  ): void {
    if (node === undefined) {
      return;
    }
    for (let at = 0; at < boxes.count; at++) {
      if (boxes.nodes[at] === node) {
        context.strokeStyle = colour;
        context.lineWidth = thickness;
        const half = thickness / 2;
        const wide = Math.max(2, boxes.widths[at]);
        context.strokeRect(
          boxes.x[at] + half,
          boxes.rows[at] * ROW_HEIGHT - scrollTop + half,
          Math.max(0, wide - thickness),
          ROW_HEIGHT - GAP - thickness
        );
        return;
      }
    }
  }

  #coloursOf(
    table: TraceTable,
    { graph }: FlamePlaces,
    node: number
  ): { readonly full: string; readonly pale: string } {
    const service = serviceOf(table, graph, node);
    let colours = this.#colours.get(service);
    if (!colours) {
      const colour = service === '' ? this.#theme.header : this.#serviceColour(service);
      const [rgb, background] = [parseColour(colour), parseColour(this.#background)];
      const mixed = (share: number): string => (rgb && background ? cssColour(mixRgb(rgb, background, share)) : colour);
      colours = { full: mixed(this.#theme.dark || service === '' ? 0 : LIGHTER), pale: mixed(PALER) };
      this.#colours.set(service, colours);
    }
    return colours;
  }
}

/** Of a narrow box no more than the share of its spans that failed: one in a thousand does not make it red. */
const errorEdge = ({ graph }: FlamePlaces, node: number, width: number): number =>
  node === WHOLE || graph.errors[node] === 0
    ? 0
    : Math.min(ERROR_EDGE, width * Math.max(0.2, graph.errors[node] / graph.counts[node]));

const isDimmed = ({ matched }: FlameScene, node: number): boolean =>
  matched !== undefined && (node === WHOLE || matched[node] === 0);

/** The name, and the service before it where that is another than the parent's. */
function labelOf(
  { table, places, mode }: FlameScene,
  node: number
): { readonly service: string; readonly text: string } {
  const { graph } = places;
  const name = nameOf(table, graph, node, mode);
  if (node === WHOLE) {
    return { service: '', text: name };
  }
  const parent = graph.parents[node];
  const service = serviceOf(table, graph, node);
  const isNew = service !== '' && (parent === WHOLE || graph.services[parent] !== graph.services[node]);
  const count = graph.counts[node];
  return { service: isNew ? `${service}: ` : '', text: count > 1 ? `${name} ×${formatCount(count)}` : name };
}
