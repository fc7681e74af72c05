import { Canvas2dRenderer } from '../render/canvas2dRenderer';
import { type Renderer } from '../render/renderer';
import { MINIMAP_HEIGHT } from '../draw/drawMinimap';

/** The elements that a view makes in its container. */
export interface Surface {
  readonly root: HTMLElement;
  readonly main: HTMLCanvasElement;
  readonly minimap: HTMLCanvasElement | undefined;
}

export type CreateRenderer = (canvas: HTMLCanvasElement) => Renderer;

export const createCanvas2d: CreateRenderer = (canvas) => new Canvas2dRenderer(canvas);

export function createSurface(container: HTMLElement, withMinimap: boolean): Surface {
  const { ownerDocument } = container;
  const root = ownerDocument.createElement('div');
  Object.assign(root.style, {
    position: 'relative',
    width: '100%',
    height: '100%',
    overflow: 'hidden',
    outline: 'none',
    touchAction: 'none',
    userSelect: 'none',
  });
  root.tabIndex = 0;
  root.setAttribute('role', 'application');
  root.setAttribute('aria-label', 'Trace timeline. Press question mark for the keys.');
  const canvas = (top: number, height: string): HTMLCanvasElement => {
    const element = ownerDocument.createElement('canvas');
    Object.assign(element.style, { position: 'absolute', left: '0', top: `${top}px`, width: '100%', height });
    element.setAttribute('aria-hidden', 'true');
    root.append(element);
    return element;
  };
  const minimap = withMinimap ? canvas(0, `${MINIMAP_HEIGHT}px`) : undefined;
  const top = withMinimap ? MINIMAP_HEIGHT : 0;
  const main = canvas(top, `calc(100% - ${top}px)`);
  container.append(root);
  return { root, main, minimap };
}
